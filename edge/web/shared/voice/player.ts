/**
 * The pages' voice: tones made on the spot, and recorded clips one after another without a gap.
 * New words cut off old ones; nothing waits in line to be said late.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Language } from '../language.ts';
import type { Clip } from './clips.ts';

const TONES = { yes: { hertz: 1760, seconds: 0.09 }, no: { hertz: 330, seconds: 0.28 } } as const;
const LOUDNESS = 0.25;

export interface Voice {
  speaking: ReadonlySignal<boolean>;
  beep(tone: 'yes' | 'no'): void;
  /** Says `clips`; whatever was being said stops. */
  say(clips: readonly Clip[], language: Language): void;
  /** The last words once more. */
  repeat(): void;
  /** Stops in mid-word. */
  hush(): void;
}

/** `folder` holds `zh/` and `en/`. A clip that cannot be had is left out. */
export function createVoice(folder = '/voice'): Voice {
  const speaking = signal(false);
  let context: AudioContext | undefined;
  let sources: AudioBufferSourceNode[] = [];
  let turn = 0;
  let last: { clips: readonly Clip[]; language: Language } | undefined;

  /** A browser may keep the sound shut until the first touch; a kiosk is started so that it may not. */
  const audio = () => {
    context ??= new AudioContext({ latencyHint: 'interactive' });
    if (context.state !== 'running') void context.resume();
    return context;
  };
  const load = loader(audio);
  const hush = () => {
    turn += 1;
    for (const source of sources) source.stop();
    sources = [];
    speaking.value = false;
  };
  const play = (buffers: AudioBuffer[], mine: number) => {
    const out = audio();
    if (out.state !== 'running' || mine !== turn) return;
    let atSeconds = out.currentTime;
    sources = buffers.map((buffer) => {
      const source = out.createBufferSource();
      source.buffer = buffer;
      source.connect(out.destination);
      source.start(atSeconds);
      atSeconds += buffer.duration;
      return source;
    });
    speaking.value = sources.length > 0;
    sources.at(-1)?.addEventListener('ended', () => {
      if (mine === turn) speaking.value = false;
    });
  };
  const say = (words: readonly Clip[], language: Language) => {
    hush();
    last = { clips: words, language };
    const mine = turn;
    const paths = words.map((clip) => `${folder}/${language}/${clip}.mp3`);
    void Promise.all(paths.map(load)).then((loaded) =>
      play(
        loaded.filter((each) => each !== undefined),
        mine,
      ),
    );
  };
  document.addEventListener('pointerdown', audio, { capture: true });
  return {
    speaking,
    hush,
    say,
    repeat() {
      if (last) say(last.clips, last.language);
    },
    beep: (tone) => sound(audio(), tone),
  };
}

/** Each clip is fetched and decoded once. */
function loader(audio: () => AudioContext): (path: string) => Promise<AudioBuffer | undefined> {
  const clips = new Map<string, Promise<AudioBuffer | undefined>>();
  return (path) => {
    const known = clips.get(path);
    if (known) return known;
    const loading = fetch(path)
      .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(answer.status)))
      .then((bytes) => audio().decodeAudioData(bytes))
      .catch(() => {
        clips.delete(path);
        return undefined;
      });
    clips.set(path, loading);
    return loading;
  };
}

/** A tone that sounds only when somebody later touches the glass would mean something else. */
function sound(out: AudioContext, tone: 'yes' | 'no'): void {
  if (out.state !== 'running') return;
  const { hertz, seconds } = TONES[tone];
  const [wave, gain] = [out.createOscillator(), out.createGain()];
  wave.frequency.value = hertz;
  gain.gain.setValueAtTime(LOUDNESS, out.currentTime);
  gain.gain.setTargetAtTime(0, out.currentTime + seconds, 0.015);
  wave.connect(gain).connect(out.destination);
  wave.start();
  wave.stop(out.currentTime + seconds + 0.1);
}
