/** Fills `out` with the command whose compiled module is `entry`; `out/main.js` starts it. */
export function bundle(build: { entry: string; compiled: string; out: string }): Promise<void>;
