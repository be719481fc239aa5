// gRPC's retry throttling: failures take tokens, successes give back a part of one, and below half of them nothing is retried.

export class GrpcRetryThrottleMachine {
  tokens: number;
  readonly #maxTokens: number;
  readonly #tokenRatio: number;

  constructor(maxTokens: number, tokenRatio: number) {
    this.tokens = maxTokens;
    this.#maxTokens = maxTokens;
    this.#tokenRatio = tokenRatio;
  }

  /** Whether a retry is refused after it. */
  failed(): boolean {
    this.tokens = Math.max(0, this.tokens - 1);
    return this.tokens <= this.#maxTokens / 2;
  }

  succeeded(): void {
    this.tokens = Math.min(this.#maxTokens, this.tokens + this.#tokenRatio);
  }
}
