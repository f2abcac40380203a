/** The certificate of the operator's door: the store's own, or one this box made for itself. */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';

export interface Certificate {
  cert: string;
  key: string;
  /** SHA-256 as people compare it: `AB:CD:…`. */
  fingerprint: string;
  firstDayMs: number;
  lastDayMs: number;
}

/** RFC 5280 has no limit; Apple's platforms accept at most 825 days from a private root. */
const DAYS = 820;
const RENEW_BEFORE_MS = 30 * 86_400_000;

/** Where the one that this box made for itself lies. */
export const ownCertificate = (dataDir: string) => ({
  certFile: join(dataDir, 'access', 'tls.crt'),
  keyFile: join(dataDir, 'access', 'tls.key'),
});

/** When a certificate (PEM) ends, wall time. Throws where it is none. */
export const lastDayIn = (cert: string): number => Date.parse(new X509Certificate(cert).validTo);

/**
 * The certificate in `files`, or the one in `dataDir/access`, made where there is none or where it
 * ends within 30 days. Throws where a named file cannot be read.
 */
export async function openCertificate(
  dataDir: string,
  wallMs: number,
  files?: { certFile: string; keyFile: string },
): Promise<Certificate> {
  const own = ownCertificate(dataDir);
  if (files) return read(files.certFile, files.keyFile);
  const kept = existsSync(own.certFile) ? read(own.certFile, own.keyFile) : undefined;
  // One made while the clock was ahead would be valid some day, but not now.
  if (kept && kept.firstDayMs <= wallMs && kept.lastDayMs - wallMs > RENEW_BEFORE_MS) return kept;
  mkdirSync(dirname(own.certFile), { recursive: true, mode: 0o700 });
  const made = await make(wallMs);
  replaceFile(own.keyFile, made.private);
  replaceFile(own.certFile, made.cert, 0o644);
  return read(own.certFile, own.keyFile);
}

function read(certFile: string, keyFile: string): Certificate {
  const cert = readFileSync(certFile, 'utf8');
  const { fingerprint256, validFrom, validTo } = new X509Certificate(cert);
  const key = readFileSync(keyFile, 'utf8');
  const [firstDayMs, lastDayMs] = [Date.parse(validFrom), Date.parse(validTo)];
  return { cert, key, fingerprint: fingerprint256, firstDayMs, lastDayMs };
}

/** Every address of the box, so that a phone that trusts it once goes on trusting it. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return [...new Set(['127.0.0.1', '::1', ...all.map(({ address }) => address)])];
}

async function make(wallMs: number): Promise<{ cert: string; private: string }> {
  const { generate } = await import('selfsigned');
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    ...addresses().map((ip) => ({ type: 7 as const, ip: ip.replace(/%.*$/, '') })),
  ];
  return generate([{ name: 'commonName', value: 'Yike store' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(wallMs - 86_400_000),
    notAfterDate: new Date(wallMs + DAYS * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
}
