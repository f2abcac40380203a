/** What a terminal is given: a name that came from elsewhere may not move its cursor. */

/** Controls but the tab, and what turns the direction of what follows. */
const COMMANDS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The same line, each such character as `\u001b`; half a surrogate as the replacement character. */
export const forTerminal = (line: string): string =>
  line
    .replaceAll(COMMANDS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/\p{Cs}/gu, '\ufffd');
