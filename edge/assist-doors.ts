/** Puts what staff may do behind the operator's doors and on the box's own socket. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from './access/access.ts';
import { assistanceOf } from './assist.ts';
import type { Person, Warrant } from './core/person.ts';
import type { Outcome } from './core/ports.ts';
import { laneRefusal } from './lane/refusals.ts';
import type { Controller } from './main.ts';
import { type AskedWarrant, assist } from './server/assist.ts';

const unsigned: Outcome<never> = { ok: false, refusal: laneRefusal('NAME_MISSING') };

/** Behind a guard: the signed-in person, and the second one by PIN. */
export function assistOperator(
  server: FastifyInstance,
  controller: Controller,
  access: Access,
): Promise<void> {
  const warrantOf = async (
    { signedIn }: FastifyRequest,
    { reason, second }: AskedWarrant,
  ): Promise<Outcome<Warrant>> => {
    if (!signedIn) return unsigned;
    const { id, name } = signedIn.person;
    const by: Person = { id, name };
    if (!second) return { ok: true, value: { by, reason } };
    const witness = await access.approve(second.id, second.pin, 'admin', 'assist', id);
    if (!witness.ok) return witness;
    const approvedBy = { id: witness.value.id, name: witness.value.name };
    return { ok: true, value: { by, reason, approvedBy } };
  };
  return assist(server, { ...assistanceOf(controller), audience: 'operator', warrantOf });
}

/** On the socket: the names as given. */
export function assistBox(server: FastifyInstance, controller: Controller): Promise<void> {
  const warrantOf = async (
    _: FastifyRequest,
    { reason, by, approvedBy }: AskedWarrant,
  ): Promise<Outcome<Warrant>> => {
    if (!by) return unsigned;
    const named = (name: string): Person => ({ id: `box:${name}`, name });
    const value = { by: named(by), reason, ...(approvedBy && { approvedBy: named(approvedBy) }) };
    return { ok: true, value };
  };
  return assist(server, { ...assistanceOf(controller), audience: 'box', warrantOf });
}
