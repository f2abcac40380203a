/** The operator's doors: plain on the loopback, TLS on the network, one guard on both. */
import type { FastifyInstance } from 'fastify';
import { type Access, openAccess } from '../access/access.ts';
import { type Certificate, openCertificate } from '../access/certificate.ts';
import type { StatusView } from '../core/views/status-view.ts';
import type { Controller } from '../main.ts';
import type { ServeOptions } from '../serve.ts';
import { accessRoutes } from '../server/access.ts';
import { guardOperator } from '../server/guard.ts';
import { type LateServer, lateServer } from '../server/late-server.ts';

/** The accounts of this store; who comes and goes is told to its ledger. */
export function openStoreAccess({ controller, dataDir, clock, log }: ServeOptions): Access {
  return openAccess({
    dataDir,
    clock,
    today: () => controller.localDay(clock.wallMs()),
    tell(event) {
      try {
        controller.ledger.append({ source: 'store', events: [event] });
      } catch (error) {
        // A store that cannot write still lets its people in: they are the ones to mend it.
        log.error({ event: event.type, error: String(error) }, 'access event not in the ledger');
      }
    },
  });
}

export interface OperatorDoors {
  doors: OperatorDoor[];
  /** Of the door on the network, where there is one. */
  certificate?: NonNullable<StatusView['certificate']>;
}

export interface OperatorDoor {
  server: LateServer;
  where: { host: string; port: number };
  what: string;
}

/** A bare guarded server for each door of the configuration; `add` puts the routes behind them. */
export async function operatorDoors(
  options: ServeOptions,
  access: Access,
  add: (server: FastifyInstance) => Promise<void>,
): Promise<OperatorDoors> {
  const { listen } = options.controller.config;
  const doors = [
    {
      server: guarded(options, access, add),
      where: { host: '127.0.0.1', port: listen.adminPort },
      what: 'adminPort',
    },
  ];
  if (!listen.operator) return { doors };
  const { host, port, certFile } = listen.operator;
  const certificate = await certificateOf(options.controller, options);
  const server = guarded(options, access, add, certificate);
  return {
    doors: [...doors, { server, where: { host, port }, what: 'operator.port' }],
    certificate: { lastDayWallMs: certificate.lastDayMs, own: certFile === undefined },
  };
}

function certificateOf({ config }: Controller, { dataDir, clock }: ServeOptions) {
  const { certFile, keyFile } = config.listen.operator ?? {};
  return openCertificate(
    dataDir,
    clock.wallMs(),
    certFile && keyFile ? { certFile, keyFile } : undefined,
  );
}

function guarded(
  { controller, clock, log }: ServeOptions,
  access: Access,
  add: (server: FastifyInstance) => Promise<void>,
  certificate?: Certificate,
): LateServer {
  const hosts = controller.config.listen.operator?.hosts ?? [];
  const tls = certificate && { cert: certificate.cert, key: certificate.key };
  const door = { access, secure: tls !== undefined };
  const options = { log, clock, hosts, frames: "'none'", ...(tls && { tls }) };
  return lateServer(options, async (server) => {
    guardOperator(server, door);
    await server.register(accessRoutes, door);
    await add(server);
  });
}
