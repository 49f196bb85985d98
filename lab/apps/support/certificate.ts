import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { settings } from './settings.ts';

/** In PEM. */
interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const day = 24 * 3600 * 1000;

/**
 * That of the files CERT_FILE and KEY_FILE, or else a new one that nobody vouches for, made out to CERT_NAMES and valid
 * until CERT_EXPIRES, a time in ISO form, which may be past.
 */
export async function certificate(): Promise<Certificate> {
  const certFile = settings.optional('CERT_FILE');
  if (certFile !== undefined) {
    const [cert, key] = await Promise.all(
      [certFile, settings.text('KEY_FILE')].map((path) => readFile(path, 'utf8')),
    );
    return { cert: cert ?? '', key: key ?? '' };
  }
  const inAMonth = new Date(Date.now() + 30 * day).toISOString();
  const expires = Date.parse(settings.text('CERT_EXPIRES', inAMonth));
  return makeCertificate(settings.list('CERT_NAMES', 'localhost'), expires);
}

async function makeCertificate(names: readonly string[], expires: number): Promise<Certificate> {
  // It takes a while to load, and most do without.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate: new Date(Math.min(expires, Date.now()) - day),
    notAfterDate: new Date(expires),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
