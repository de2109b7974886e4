/** What the SDK may reach from its frame: the PBX that it logs in to, and nothing else. */

/** One file of the vendor, and the hash of its bytes as `integrity` attributes have it. */
export interface VendorFile {
  readonly url: string;
  readonly integrity: string;
}

/**
 * An address for a policy. Policies know no IPv6 hosts: `otherwise` is the narrowest that covers one. A host's name may hold
 * what separates directives, or a star; no real one does.
 */
function source(url: URL, otherwise: string): string {
  if (url.hostname.startsWith("[")) return otherwise;
  return /^[\w.:-]+$/.test(url.host) ? `${url.origin}${url.pathname === "/" ? "" : url.pathname}` : "'none'";
}

/**
 * A Content-Security-Policy for the frame, to be set before `script` is loaded. `sheet` is given for an SDK with a face: it shows
 * pictures, plays sounds that are in its script, and writes styles. `page` is the frame's own address, against which the
 * files' addresses count.
 */
export function framePolicy(page: string, pbx: string, script: VendorFile, sheet: VendorFile | null = null): string {
  const host = new URL(new URL(pbx).origin);
  const socket = new URL(host);
  socket.protocol = host.protocol === "https:" ? "wss:" : "ws:";
  const at = (file: VendorFile) => source(new URL(file.url, page), "'self'");
  const web = source(host, host.protocol);
  const face = sheet
    ? [
        `style-src ${at(sheet)} 'unsafe-inline'`,
        `img-src data: blob: ${web}`,
        `media-src data: blob: ${web}`,
        "font-src data:",
      ]
    : [];
  return [
    "default-src 'none'",
    `script-src ${at(script)}`,
    `connect-src ${web} ${source(socket, socket.protocol)}`,
    ...face,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
