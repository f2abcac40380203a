import { useSignal } from '@preact/signals';
import type { DeviceSeen, WalletSeen } from '../hands-api.ts';
import { Heading, Say } from './words.tsx';
import { act } from './world.ts';

interface Props {
  scanners: DeviceSeen[];
  wallets: WalletSeen[];
}

function TypedCode({ onScan }: { onScan: (code: string) => void }) {
  const code = useSignal('');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.value !== '') onScan(code.value);
      }}
    >
      <input
        placeholder="条码、标签、小票上的字 · any code"
        aria-label="要扫的码 Code to scan"
        value={code.value}
        onInput={(event) => {
          code.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="main">
        <Say zh="扫一下" en="Scan" />
      </button>
    </form>
  );
}

/** The scanner of a lane: codes typed in, and phones held up with a payment code. */
export function Codes({ scanners, wallets }: Props) {
  const chosen = useSignal(0);
  const scanner = scanners[chosen.value] ?? scanners[0];
  if (scanner === undefined) return null;
  const scannerId = scanner.id;
  return (
    <section class="card codes" data-part="codes">
      <Heading icon="qr" zh="扫码与付款码" en="Scan and pay" />
      {scanners.length > 1 && (
        <div class="tabs">
          {scanners.map(({ id, label }, index) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === scannerId}
              onClick={() => {
                chosen.value = index;
              }}
            >
              <Say {...label} />
            </button>
          ))}
        </div>
      )}
      <TypedCode onScan={(code) => act({ act: 'scan', scannerId, code })} />
      <ul class="wallets">
        {wallets.map(({ code, label }) => (
          <li key={code}>
            <button type="button" onClick={() => act({ act: 'pay-code', scannerId, code })}>
              <i class="icon phone" />
              <Say {...label} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
