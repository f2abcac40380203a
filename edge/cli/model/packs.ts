/** `yike model list|install|use|rollback|sign`: the packs of a store. */
import { resolve } from 'node:path';
import { PACK_FAILURES, type PackFailure } from '../../../models/pack-failures.ts';
import { RELEASE_KEYS, signPack } from '../../../models/pack-signature.ts';
import {
  type InstalledPack,
  openPackStore,
  type StoreOutcome,
} from '../../../models/pack-store.ts';
import type { Text } from '../../core/ports.ts';
import { systemClock } from '../../runtime.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';

const EXIT_OF: Partial<Record<PackFailure, number>> = {
  PACK_MISSING: EXIT.noExist,
  PACK_UNKNOWN: EXIT.noExist,
  PACK_UNSIGNED: EXIT.verification,
  PACK_BROKEN: EXIT.verification,
  PACK_OLDER: EXIT.illegal,
  PACK_NO_PREVIOUS: EXIT.illegal,
};

const storeOf = (call: Call) => openPackStore(resolve(call.dataDir), systemClock());

const STATES: Record<InstalledPack['state'], Text> = {
  current: say('正在用', 'in use'),
  newer: say('随更新带来，还没用', 'came with an update, not in use'),
  previous: say('上一个', 'the one before'),
  kept: say('留着', 'kept'),
};

export async function modelList(call: Call): Promise<Answer> {
  const packs = storeOf(call).list();
  const rows = packs.map(({ name, state, id, counter }) => [
    state === 'current' ? '●' : '○',
    name,
    `${id} ${counter}`,
    STATES[state][call.language],
  ]);
  return good({ packs }, table(rows));
}

/** The running controller finds the new pack by itself, within seconds. */
export async function modelInstall(call: Call): Promise<Answer> {
  const [source] = call.words;
  if (!source)
    return usage('要安装哪个文件夹？', 'Which folder?', 'yike model install FOLDER --data DIR');
  const asked = call.flags.trust;
  const trusted = Array.isArray(asked) ? asked : [];
  call.say(say('正在校验和自检…', 'Verifying and testing …'));
  return answer(await storeOf(call).install(resolve(source), [...RELEASE_KEYS, ...trusted]));
}

/** By name, as `yike model list` shows it; the running controller follows within seconds. */
export async function modelUse(call: Call): Promise<Answer> {
  const [name] = call.words;
  if (!name) return usage('换上哪个？', 'Which one?', 'yike model list');
  call.say(say('正在自检…', 'Testing …'));
  return answer(await storeOf(call).use(name));
}

export async function modelRollback(call: Call): Promise<Answer> {
  return answer(await storeOf(call).rollback());
}

function answer(outcome: StoreOutcome): Answer {
  if (outcome.ok)
    return good({ pack: outcome.pack }, [`● ${outcome.pack.name}  ${outcome.pack.folder}`]);
  const { message, next } = PACK_FAILURES[outcome.code];
  return failed(EXIT_OF[outcome.code] ?? EXIT.failure, {
    ...{ code: `E_${outcome.code}`, message, hint: next },
    reason: outcome.detail,
  });
}

export async function modelSign(call: Call): Promise<Answer> {
  const [folder] = call.words;
  const { key } = call.flags;
  if (!folder || typeof key !== 'string')
    return usage(
      '需要 FOLDER 和 --key',
      'FOLDER and --key are needed',
      'yike model sign FOLDER --key pack.key',
    );
  try {
    const publicKey = signPack(resolve(folder), resolve(key));
    return good({ publicKey }, [publicKey]);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return failed(EXIT.failure, {
      ...{ code: 'E_PACK_SIGN', message: say('没有签名', 'Not signed'), reason: error.message },
      hint: say('检查文件夹和密钥文件', 'Check the folder and the key file'),
    });
  }
}
