import { generate } from 'selfsigned';

/** Key and certificate in PEM form. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

interface Options {
  /** The one name it stands for. */
  readonly name: string;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
}

const day = 24 * 60 * 60 * 1000;

/** A certificate that nobody but itself has signed. */
export async function certificate({ name, from = -1, to = 30 }: Options): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() + from * day),
    notAfterDate: new Date(Date.now() + to * day),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key, cert };
}
