import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ProbeFacts } from '../core/probe-task.ts';

interface Shown {
  readonly certificate: X509Certificate;
  readonly protocol: string;
  /** What OpenSSL says of its chain, empty if it is trusted. */
  readonly chain: string;
  /** The name that was asked for. */
  readonly servername: string | undefined;
  readonly backends: Set<string>;
  readonly labels: CertificateLabels;
}

/** What tells a handshake from others by the certificate that it was shown. */
interface CertificateLabels {
  /** The worst that is wrong with it, as in `CERT_HAS_EXPIRED`, or `valid`. */
  readonly certificate: string;
  /** To the minute, as in `2026-11-21T23:24Z`. */
  readonly valid_to: string;
}

/** The certificates that a far end shows, each once. */
export class Certificates {
  readonly #shown = new Map<string, Shown>();

  /** Labels of the handshake; none where no certificate was shown. */
  add(secure: TLSSocket, servername: string | undefined, backend: string): CertificateLabels | undefined {
    const certificate = secure.getPeerX509Certificate();
    if (certificate === undefined) return undefined;
    const key = `${servername ?? ''} ${certificate.fingerprint256}`;
    const known = this.#shown.get(key);
    if (known !== undefined) {
      known.backends.add(backend);
      return known.labels;
    }
    // The types say Error; Node gives the code of it.
    const code: unknown = secure.authorizationError;
    const chain = typeof code === 'string' ? code : '';
    const labels = {
      certificate: errorsOf({ certificate, chain, servername })[0] ?? 'valid',
      valid_to: `${certificate.validToDate.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}Z`,
    };
    this.#shown.set(key, {
      certificate,
      protocol: secure.getProtocol() ?? '',
      chain,
      servername,
      backends: new Set([backend]),
      labels,
    });
    return labels;
  }

  /**
   * What is known of the certificate that ends first, of those that were shown to who asked for a name, if anybody did.
   * `certificate_error` is the worst that is wrong with it, empty if nothing is; a time is in ISO form.
   */
  facts(): ProbeFacts {
    const [first] = this.#relevant();
    if (first === undefined) return {};
    const { certificate, protocol } = first;
    return {
      subject: inOneLine(certificate.subject),
      issuer: inOneLine(certificate.issuer),
      names: namesOf(certificate),
      valid_from: certificate.validFromDate.toISOString(),
      valid_to: certificate.validToDate.toISOString(),
      seconds_left: Math.floor((certificate.validToDate.getTime() - Date.now()) / 1000),
      certificate_error: errorsOf(first)[0] ?? '',
      protocol,
      certificates: this.#relevant().length,
    };
  }

  /** Sentences on what one certificate's facts do not hold. */
  notes(): string[] {
    const relevant = this.#relevant();
    const [first] = relevant;
    if (first === undefined) return [];
    const more = errorsOf(first).slice(1);
    const without = [...this.#shown.values()].find(
      ({ servername, certificate }) =>
        servername === undefined &&
        relevant.every((other) => other.certificate.fingerprint256 !== certificate.fingerprint256),
    );
    return [
      ...(more.length > 0 ? [`besides, the certificate has ${more.join(', ')}`] : []),
      ...(relevant.length > 1 ? [`there are ${relevant.length} certificates: ${list(relevant)}`] : []),
      ...(without === undefined ? [] : [`without SNI another certificate is shown: ${list([without])}`]),
    ];
  }

  #relevant(): Shown[] {
    const all = [...this.#shown.values()];
    const named = all.filter(({ servername }) => servername !== undefined);
    return (named.length > 0 ? named : all).sort(
      (a, b) => a.certificate.validToDate.getTime() - b.certificate.validToDate.getTime(),
    );
  }
}

/**
 * The worst first. OpenSSL stops at the first thing that is wrong with the chain, which in a cluster with its own
 * authority is always that authority; so the dates and the name are looked at here.
 */
function errorsOf({
  certificate,
  chain,
  servername,
}: Pick<Shown, 'certificate' | 'chain' | 'servername'>): string[] {
  const now = Date.now();
  const errors = [
    certificate.validToDate.getTime() < now ? 'CERT_HAS_EXPIRED' : '',
    certificate.validFromDate.getTime() > now ? 'CERT_NOT_YET_VALID' : '',
    servername !== undefined && certificate.checkHost(servername) === undefined
      ? 'ERR_TLS_CERT_ALTNAME_INVALID'
      : '',
    chain,
  ];
  return [...new Set(errors.filter((error) => error !== ''))];
}

function list(shown: readonly Shown[]): string {
  return shown
    .map(
      ({ certificate, backends }) =>
        `${inOneLine(certificate.subject)}, valid to ${certificate.validToDate.toISOString()}, at ${[...backends].join(' and ')}`,
    )
    .join('; ');
}

/** `CN=payments, O=Shop`. */
function inOneLine(name: string): string {
  return name.split('\n').join(', ');
}

function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(DNS|IP Address|URI):/, ''));
}
