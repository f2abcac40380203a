import type { DeviceSeen } from '../hands-api.ts';
import { Heading, Say } from './words.tsx';
import { act } from './world.ts';

function Cable({ device }: { device: DeviceSeen }) {
  const { id, label, plugged, fault, faults } = device;
  const set = (chosen: string) =>
    act(
      chosen === ''
        ? { act: 'fault', deviceId: id }
        : { act: 'fault', deviceId: id, fault: chosen },
    );
  return (
    <li data-state={plugged ? (fault === undefined ? 'well' : 'faulty') : 'out'}>
      <Say zh={label.zh} en={`${label.en} · ${id}`} />
      <select
        aria-label={`${label.zh}的故障 Fault of ${label.en}`}
        value={fault ?? ''}
        onChange={(event) => set(event.currentTarget.value)}
      >
        <option value="">正常 · Works</option>
        {faults.map((choice) => (
          <option key={choice.fault} value={choice.fault}>
            {choice.label.zh} · {choice.label.en}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-pressed={!plugged}
        onClick={() => act({ act: plugged ? 'unplug' : 'plug', deviceId: id })}
      >
        <i class={`icon ${plugged ? 'unplug' : 'plug'}`} />
        {plugged ? <Say zh="拔线" en="Unplug" /> : <Say zh="插回" en="Plug in" />}
      </button>
    </li>
  );
}

/** Every cable in the store, and what can be wrong behind it. */
export function Cables({ devices }: { devices: DeviceSeen[] }) {
  return (
    <section class="card cables" data-part="cables">
      <Heading icon="plug" zh="线缆与故障" en="Cables and faults" />
      <ul>
        {devices.map((device) => (
          <Cable key={device.id} device={device} />
        ))}
      </ul>
    </section>
  );
}
