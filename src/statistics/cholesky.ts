// Symmetric positive definite systems of equations, of a few hundred unknowns.

/** The lower triangle L with L·Lᵀ = `matrix`; undefined when the matrix is not positive definite (A.-L. Cholesky, published by Benoit, 1924). */
export function cholesky(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const lower: number[][] = [];
  for (const [row, values] of matrix.entries()) {
    const own: number[] = [];
    for (let column = 0; column <= row; column += 1) {
      const other = column === row ? own : lower[column];
      let rest = values[column];
      for (let at = 0; at < column; at += 1) rest -= own[at] * other[at];
      if (column < row) own.push(rest / other[column]);
      else if (rest > 0) own.push(Math.sqrt(rest));
      else return undefined;
    }
    lower.push(own);
  }
  return lower;
}

/** The x with L·x = `right`. */
export function forward(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution: number[] = [];
  for (const [row, values] of lower.entries()) {
    let rest = right[row];
    for (let at = 0; at < row; at += 1) rest -= values[at] * solution[at];
    solution.push(rest / values[row]);
  }
  return solution;
}

/** The x with Lᵀ·x = `right`. */
export function backward(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = right.map(() => 0);
  for (let row = right.length - 1; row >= 0; row -= 1) {
    let rest = right[row];
    for (let at = row + 1; at < right.length; at += 1) rest -= lower[at][row] * solution[at];
    solution[row] = rest / lower[row][row];
  }
  return solution;
}
