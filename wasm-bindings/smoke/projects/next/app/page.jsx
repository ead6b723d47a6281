import { tryOut } from '../../try.mjs';
import { Client } from './client.jsx';

// Rendered on the server: the package must import and work there too.
export default async function Page() {
  return (
    <>
      <p id="server">{await tryOut()}</p>
      <Client />
    </>
  );
}
