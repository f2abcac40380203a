/** Three hundred names that would like to be something else: a command, a page, a formula, a path. */

/** Bytes that are written as escapes, so that this file can be read by everybody. */
const ESC = '\u001b';
const GS = '\u001d';

const PRINTERS = [
  `${ESC}@`,
  `${GS}V\u0000`,
  `${GS}V\u0042\u0003`,
  '\u0010\u0004\u0001',
  `${ESC}p\u0000\u0019\u00fa`,
  `${ESC}p\u0001\u0032\u0032`,
  `${GS}k\u0049\u0004\u007bB12`,
  `${GS}(k\u0003\u0000\u0031\u0051\u0030`,
  `${ESC}!\u0030`,
  `${ESC}=\u0002`,
  '\u001c.\u0014',
  '\r\nCLS\r\nPRINT 9\r\n',
  '"\r\nSELFTEST\r\n',
  '\u0018\u0007\u000c',
];
const PAGES = [
  '<script>document.title="owned"</script>',
  '<img src=x onerror="document.title=\'owned\'">',
  '<svg onload=document.title=1>',
  '"><iframe srcdoc="<script>top.document.title=1</script>">',
  '</title><script>1</script>',
  '<!-- -->',
  ']]>',
  "'\" onfocus=document.title=1 autofocus x='",
  'javascript:document.title=1',
  '{{constructor.constructor("document.title=1")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the very text is the attack
  '${document.title=1}',
  '<base href=//evil.example>',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  '&lt;b&gt;&amp;',
  '<style>*{display:none}</style>',
  '<a href="javascript:1">苹果</a>',
];
const SHEETS = [
  '=HYPERLINK("http://evil.example","苹果")',
  "=cmd|' /C calc'!A0",
  '+1+1',
  '-1+1',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  'a",=1,"',
  'a;=1',
  '"\r\n=1',
];
const TERMINALS = [
  `${ESC}[2J${ESC}[H`,
  `${ESC}[31m红${ESC}[0m`,
  `${ESC}]0;owned\u0007`,
  `${ESC}]8;;http://evil.example${ESC}\\苹果${ESC}]8;;${ESC}\\`,
  `${ESC}]52;c;ZXZpbA==\u0007`,
  `${ESC}P$q"p${ESC}\\`,
  '\u009b2J',
  '\u0090q\u009c',
  '苹果\r价格 0.01',
  '\b\b\b\b0.01',
  '{"level":60,"msg":"forged"}\n{"level":30}',
  '苹果\n{"seq":1}',
];
const PATHS = [
  '../../etc/passwd',
  '..\\..\\boot.ini',
  '/dev/null',
  'a/../../b',
  '%2e%2e%2f',
  'CON',
  'nul.txt',
  '-rf',
  '.env',
  'a\u0000.png',
  '$(reboot)',
  '`reboot`',
  '; reboot #',
  '| tee x',
  '~root',
  'file:///etc/passwd',
];
const TOPICS = ['#', '+', 'a/#', '/', '//', '$SYS/broker', 'a/b/c', 'store/+/cmd', '$share/g/#'];
const QUERIES = [
  "'; DROP TABLE events; --",
  "' OR '1'='1",
  '"; DELETE FROM sales',
  "\\'; SELECT 1",
  '%_%',
  'NULL',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '-0',
  '1e999',
];
const LETTERS = [
  '\u202e牛肉',
  '\u2066a\u2069',
  '\u200b\u200d\ufeff',
  '苹\u200b果',
  '\ud800',
  '\udfff苹果',
  'a\ud83d',
  '👩‍👩‍👧‍👦',
  '🇨🇳',
  'Z̷͎̔a̸l̶g̵o̷',
  '\u0000',
  '\u007f',
  '\u0085\u2028\u2029',
  '\ufffe\uffff',
  'ﷺ',
  '¥1',
  '\u00a0\u3000',
  '𠮷野家',
  '\u0e47'.repeat(40),
  'İıſK',
  'аpple',
  '\ufffd',
  '牛'.repeat(300),
  'a'.repeat(2000),
];

const KERNELS = [
  ...[...PRINTERS, ...PAGES, ...SHEETS, ...TERMINALS],
  ...[...PATHS, ...TOPICS, ...QUERIES, ...LETTERS],
];
const DRESSES: ((kernel: string) => string)[] = [
  (kernel) => kernel,
  (kernel) => `红富士苹果${kernel}`,
  (kernel) => `${kernel} Fuji`,
];

/** 64 KiB of it, as the last one. */
const ENDLESS = `${ESC}p\u202e牛<b>=`.repeat(8192).slice(0, 65_536);

export const HOSTILE_NAMES: readonly string[] = [
  ...DRESSES.flatMap((dress) => KERNELS.map(dress)).slice(0, 299),
  ENDLESS,
];

/** Not one of these may reach a terminal, a log line or a printer as it is. */
export const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
