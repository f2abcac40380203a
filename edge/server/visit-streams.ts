/** Live views of single visits, for the phones that follow them; each ends with its last phone. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/ports.ts';
import type { CabinetView } from '../core/views/cabinet-views.ts';
import { createViewStream, type LiveView, type ViewStream } from './view-stream.ts';

/** A cabinet as far as its visits are followed. */
export interface FollowedCabinet extends LiveView {
  visit(visitId: string): CabinetView | undefined;
}

export interface VisitStreams {
  /** Serves one phone until it leaves; false where no cabinet knows such a visit. */
  attach(visitId: string, response: ServerResponse, lastEventId: string | undefined): boolean;
  close(): void;
}

export function createVisitStreams(
  cabinets: FollowedCabinet[],
  clock: Clock,
  boot: string,
): VisitStreams {
  const open = new Map<string, ViewStream>();
  const listeners = new Map<FollowedCabinet, Set<() => void>>();
  for (const cabinet of cabinets) {
    const mine = new Set<() => void>();
    listeners.set(cabinet, mine);
    cabinet.onChange(() => {
      for (const listener of mine) listener();
    });
  }

  function begin(visitId: string, cabinet: FollowedCabinet): ViewStream {
    const mine = listeners.get(cabinet);
    let told: (() => void) | undefined;
    const live: LiveView = {
      view: () => cabinet.visit(visitId) ?? {},
      onChange(listener) {
        told = listener;
        mine?.add(listener);
      },
    };
    const stream = createViewStream(live, clock, `${boot}-${visitId}`);
    const ended: ViewStream = {
      ...stream,
      close() {
        if (told) mine?.delete(told);
        open.delete(visitId);
        stream.close();
      },
    };
    open.set(visitId, ended);
    return ended;
  }

  return {
    attach(visitId, response, lastEventId) {
      const cabinet = cabinets.find((each) => each.visit(visitId));
      if (!cabinet) return false;
      const stream = open.get(visitId) ?? begin(visitId, cabinet);
      stream.attach(response, lastEventId);
      response.on('close', () => {
        if (stream.screens() === 0) stream.close();
      });
      return true;
    },
    close() {
      for (const stream of open.values()) stream.close();
    },
  };
}
