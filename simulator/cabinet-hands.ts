/** Hands at a simulated cabinet: what they see of it, and what they do there. */
import type { CabinetPiece, CabinetWorld } from './cabinet-world.ts';
import type { Good } from './goods.ts';
import type { CabinetAct, CabinetSeen } from './hands-cabinet.ts';

/** One pair of hands; what they hold they keep when the door is shut. */
export function cabinetHands(
  world: CabinetWorld,
  goods: readonly Good[],
  place: Pick<CabinetSeen, 'cabinetId' | 'label'>,
) {
  const hand: CabinetPiece[] = [];
  const listeners: (() => void)[] = [];
  const nameOf = (sku: string) => {
    const { name = { zh: sku, en: sku } } = goods.find((each) => each.sku === sku) ?? {};
    return name;
  };
  return {
    seen: (): CabinetSeen => ({
      ...place,
      locked: world.bolts.locked[0] === true,
      open: world.isOpen(),
      deciCelsius: world.deciCelsius(),
      hand: hand.map(({ sku }, at) => ({ at, sku, name: nameOf(sku) })),
      cells: world.cells().map(({ shelfId, address, slots, pieces }) => ({
        shelfId,
        address,
        slots: slots.map(({ sku }) => ({
          sku,
          name: nameOf(sku),
          pieces: pieces.filter((piece) => piece.sku === sku).length,
        })),
        strays: pieces
          .filter(({ sku }) => !slots.some((slot) => slot.sku === sku))
          .map(({ sku }) => nameOf(sku)),
      })),
    }),
    act(act: CabinetAct): void {
      reach(world, hand, act);
      for (const listener of listeners) listener();
    },
    onChange: (listener: () => void) => void listeners.push(listener),
  };
}

/** What a hand does; nothing happens to goods behind a shut door. */
function reach(world: CabinetWorld, hand: CabinetPiece[], act: CabinetAct): void {
  if (act.act === 'cabinet-pull') world.pull();
  if (act.act === 'cabinet-shut' && world.isOpen()) world.shut();
  if (!world.isOpen()) return;
  if (act.act === 'cabinet-take') {
    const piece = world.take(act.sku);
    if (piece) hand.push(piece);
  }
  if (act.act === 'cabinet-put') {
    const [piece] = hand.splice(act.at, 1);
    if (!piece) return;
    const { shelfId, address } = act;
    world.put(piece, shelfId && address ? { shelfId, address } : undefined);
  }
}
