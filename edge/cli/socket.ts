/** Unix socket in the data directory by which the `yike` command finds a running controller. */
export const CONTROL_SOCKET = 'ctl.sock';
