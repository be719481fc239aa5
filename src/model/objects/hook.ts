// What is done with every value of one Kubernetes type while an object is walked.

/** Takes its own type, which the table of types guarantees: the walk calls it with values of that type only. */
export type Hook = (value: never) => void;
