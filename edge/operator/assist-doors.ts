/** Puts what staff may do behind the operator's doors and on the box's own socket. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Person, Warrant } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { dayBooksOf } from '../head-office/day-close.ts';
import { laneRefusal } from '../lane/refusals.ts';
import type { Controller } from '../main.ts';
import { type AskedWarrant, assist } from '../server/assist.ts';
import { day } from '../server/day.ts';
import { members } from '../server/members.ts';
import { sessions } from '../server/sessions.ts';
import { staffCorner } from '../server/staff-corner.ts';
import { assistanceOf } from './assist.ts';
import { sessionsOf } from './sessions.ts';

const unsigned: Outcome<never> = { ok: false, refusal: laneRefusal('NAME_MISSING') };

/** Behind a guard: the signed-in person, and the second one by PIN. */
export async function assistOperator(
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
  const personOf = ({ signedIn }: FastifyRequest): Person | undefined =>
    signedIn && { id: signedIn.person.id, name: signedIn.person.name };
  await day(server, { ...dayBooksOf(controller), audience: 'operator', personOf });
  await members(server, { ...controller.members, audience: 'operator', personOf });
  await assist(server, { ...assistanceOf(controller), audience: 'operator', warrantOf });
}

/** On the kiosk's own glass: the PIN of whoever helps shoppers or looks after devices. */
export async function kioskStaff(
  server: FastifyInstance,
  controller: Controller,
  access: Access,
): Promise<void> {
  await server.register(staffCorner, {
    hasLane: (laneId: string) => controller.lanes.some(({ id }) => id === laneId),
    approve: (id: string, pin: string, laneId: string) =>
      access.approve(id, pin, laneId, ['assist', 'devices']),
    act: assistanceOf(controller).act,
  });
}

/** On the socket: the names as given. */
export async function assistBox(server: FastifyInstance, controller: Controller): Promise<void> {
  const named = (name: string): Person => ({ id: `box:${name}`, name });
  const warrantOf = async (
    _: FastifyRequest,
    { reason, by, approvedBy }: AskedWarrant,
  ): Promise<Outcome<Warrant>> => {
    if (!by) return unsigned;
    const value = { by: named(by), reason, ...(approvedBy && { approvedBy: named(approvedBy) }) };
    return { ok: true, value };
  };
  const personOf = (_: FastifyRequest, by: string | undefined) => (by ? named(by) : undefined);
  await day(server, { ...dayBooksOf(controller), audience: 'box', personOf });
  await members(server, { ...controller.members, audience: 'box', personOf });
  await assist(server, { ...assistanceOf(controller), audience: 'box', warrantOf });
  await sessions(server, sessionsOf(controller));
}
