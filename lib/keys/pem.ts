/** A text in PEM (RFC 7468), and the labels of what it holds: `PRIVATE KEY`, `EC PARAMETERS`, … */
export interface Pem {
  text: string;
  labels: string[];
}

/** Line ends may be `\n` escapes: so a PEM comes out of JSON, Docker and many an environment variable. */
export function readPem(pem: string): Pem {
  const text = pem.replace(/(?:\\r)?\\n/g, '\n');
  return { text, labels: [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = '']) => label) };
}

export function isPrivateLabel(label: string): boolean {
  return label.endsWith('PRIVATE KEY');
}

/** What a PEM holds, for a message. */
export function contents({ labels }: Pem): string {
  return labels.length === 0 ? 'none' : labels.join(' and ');
}
