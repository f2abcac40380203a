/** Builds every page into `folder` (`dist/edge/web` unless told otherwise). */
export function build(root: string, folder?: string): Promise<void>;
