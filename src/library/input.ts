// What a script may give for a scenario: a file, a packaged name, YAML, or a document as an object.

/**
 * A scenario, or Kubernetes objects, or several of these: the path of a file, the name of a packaged scenario, YAML text
 * (it has a line break), a document as a plain object, or a URL of a file.
 */
export type ScenarioInput = string | object | readonly (string | object)[];
