/** Names and values, one a line; what is empty is left out. */
export function Facts({ facts }: { facts: Record<string, unknown> }) {
  return (
    <table class="facts">
      <tbody>
        {Object.entries(facts)
          .filter(([, value]) => value !== '' && value !== undefined)
          .map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
