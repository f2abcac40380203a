/** A signed-in operator for tests of what stands behind the door. */
export interface Visitor {
  /** Cookie and token of the session, as a page sends them. */
  headers: Record<string, string>;
}

export const LI = { id: 'li', name: '李梅', password: 'paper-lantern-9', pin: '482913' };

/** Makes the first account with the one-time code, through the page's own door. */
export async function setUpOperator(adminUrl: string, code: string): Promise<Visitor> {
  const response = await fetch(`${adminUrl}/api/session/set-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, ...LI }),
  });
  if (!response.ok) throw new Error(await response.text());
  const { csrf } = (await response.json()) as { csrf: string };
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { headers: { cookie, 'x-csrf-token': csrf } };
}
