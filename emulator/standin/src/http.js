import { PBX_ERROR } from "./results.js";

/**
 * The token of whoever logged in last. One per page on purpose: a second login in the same page takes the first one's
 * requests over, and destroying either blanks it for both.
 */
const shared = { token: undefined };

export const setToken = (token) => {
  shared.token = token;
};

/** The PBX's web API. Rejects with a network result when there is no usable answer at all. */
export class Api {
  constructor(url) {
    this.base = `${url.origin}/api`;
  }

  async request(method, path, body) {
    const headers = { Accept: "application/json, text/plain, */*" };
    if (shared.token !== undefined) headers.Authorization = shared.token;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let answer;
    try {
      const response = await fetch(`${this.base}${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
      });
      if (!response.ok) throw new Error(String(response.status));
      answer = await response.json();
    } catch {
      throw PBX_ERROR.network();
    }
    return answer;
  }

  get(path) {
    return this.request("GET", path);
  }

  post(path, body) {
    return this.request("POST", path, body);
  }

  /** As `get`, but an errcode is a rejection too. */
  async demand(path) {
    const answer = await this.get(path);
    if (answer.errcode !== 0) throw PBX_ERROR.api();
    return answer;
  }
}
