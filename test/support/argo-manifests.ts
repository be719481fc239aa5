// A Rollout of Argo with its Services, for tests of how it is updated.

function service(name: string): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
`;
}

/** `spec` is more of its spec, in lines that are indented by two spaces. */
export function rollout(strategy: string, services: readonly string[], spec = ''): string {
  return `---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: test/web, readinessProbe: { httpGet: { port: 80 } } }] }
${spec}  strategy: ${strategy}
${services.map(service).join('')}`;
}
