/** `yike service install --kiosk URL`: a shopper's screen as a unit, and the browser's policy. */

/**
 * What closes the usual holes of a browser that strangers touch: pinch, swipe back, crash bubbles,
 * updates; and sound that needs no touch first, so that the first scan already beeps.
 */
export const KIOSK_FLAGS = [
  '--kiosk',
  '--incognito',
  '--noerrdialogs',
  '--no-first-run',
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  '--disable-session-crashed-bubble',
  '--disable-component-update',
  '--check-for-update-interval=3628800',
  '--disable-features=Translate',
  '--autoplay-policy=no-user-gesture-required',
  '--ozone-platform=wayland',
];

/**
 * One browser, full screen, on the first terminal, under cage: a compositor that shows one window
 * and has no way out of it. It comes back whatever happens to it (systemd.exec(5), cage(1)).
 */
export function kioskUnitText(options: { url: string; user: string; browser: string }): string {
  const { url, user, browser } = options;
  const asked = url.replaceAll('%', '%%');
  return `[Unit]
Description=Yike screen ${asked}
After=systemd-user-sessions.service plymouth-quit-wait.service yike.service
Conflicts=getty@tty1.service
StartLimitIntervalSec=0

[Service]
User=${user}
PAMName=login
TTYPath=/dev/tty1
TTYReset=yes
TTYVHangup=yes
StandardInput=tty-fail
UtmpIdentifier=tty1
UtmpMode=user
ExecStart=/usr/bin/cage -- ${browser} ${KIOSK_FLAGS.join(' ')} "${asked}"
Restart=always
RestartSec=2
NoNewPrivileges=yes
ProtectHome=tmpfs
PrivateTmp=yes

[Install]
WantedBy=graphical.target
`;
}

/** Chromium's managed policy: these pages and nothing else, no tools, no files, nothing kept. */
export function kioskPolicyText(url: string): string {
  const policy = {
    URLBlocklist: ['*'],
    URLAllowlist: [new URL(url).origin],
    DeveloperToolsAvailability: 2,
    DownloadRestrictions: 3,
    PrintingEnabled: false,
    AllowFileSelectionDialogs: false,
    AutofillAddressEnabled: false,
    AutofillCreditCardEnabled: false,
    PasswordManagerEnabled: false,
    TranslateEnabled: false,
    BookmarkBarEnabled: false,
    DefaultNotificationsSetting: 2,
    AutoplayAllowed: true,
  };
  return `${JSON.stringify(policy, null, 2)}\n`;
}
