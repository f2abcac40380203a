/** Built pages and pictures, read only, no dot files, nothing outside their folder. */
import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export interface PagesOptions {
  /** Folder of the built apps (`dist/edge/web`). */
  folder: string;
  /** Which of its apps this port serves. */
  apps: string[];
  /** Folders of item pictures; the first that has a file counts. */
  pictures?: string[];
  /** Folders of what the pages say; the first that holds a clip gives it. */
  voices?: string[];
  /** Where `/` leads. */
  first: string;
}

export async function pages(server: FastifyInstance, options: PagesOptions): Promise<void> {
  const config = { audience: 'shopper' as const, summary: 'Pages and pictures' };
  server.addHook('onRoute', (route) => {
    route.config = { ...config, ...route.config };
  });
  const serve = (root: string | string[], prefix: string, maxAge: number, decorateReply: boolean) =>
    server.register(fastifyStatic, {
      root,
      prefix,
      decorateReply,
      dotfiles: 'deny',
      index: ['index.html'],
      maxAge,
      redirect: true,
      allowedPath: (path) => [root].flat().every((each) => liesWithin(each, path)),
    });
  let first = true;
  for (const app of options.apps) {
    const root = join(options.folder, app);
    if (!existsSync(root)) continue;
    await serve(root, `/${app}/`, 0, first);
    first = false;
  }
  const pictures = (options.pictures ?? []).filter((folder) => existsSync(folder));
  if (pictures.length > 0) await serve(pictures, '/pictures/', 86_400_000, first);
  const voices = options.voices?.filter((folder) => existsSync(folder)) ?? [];
  if (voices.length > 0) await serve(voices, '/voice/', 86_400_000, false);
  server.get('/', { config }, (_request, reply) => reply.redirect(options.first));
}

/** A link inside the folder may not lead out of it; what is not there is left to the 404. */
function liesWithin(root: string, path: string): boolean {
  const file = join(root, path);
  return !existsSync(file) || `${realpathSync(file)}${sep}`.startsWith(realpathSync(root) + sep);
}
