const BASIC = [10000, 20007, 20008, 20010, 20015, 20047, 20048, 20049, 20053, 20065, 20066, 20082, 20104];
const SINCE_12 = [20153, 20154];
const HEARTBEAT_AFTER = 30_000;
const PATIENCE = 20_000;
const RECONNECT_AFTER = 5_000;

/** Whether a firmware such as `37.23.0.123` knows the newer topics: compared without its first number. */
function knowsNewerTopics(version) {
  const [, ...numbers] = String(version ?? "").split(".");
  const wanted = [12, 0, 10];
  for (let i = 0; i < wanted.length; i++) {
    const number = Number(numbers[i] ?? 0);
    if (number !== wanted[i]) return number > wanted[i];
  }
  return true;
}

/** The notification WebSocket: subscribes, keeps alive, comes back after five seconds with the same address. */
export class Notifications {
  constructor(url, version, desktop, onPush) {
    this.url = url;
    this.topics = [...BASIC, ...(knowsNewerTopics(version) ? SINCE_12 : []), ...(desktop ? [20013] : [])];
    this.onPush = onPush;
    this.closed = false;
    this.open();
  }

  open() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.subscribe();
      this.listen();
    };
    socket.onmessage = ({ data }) => {
      this.listen();
      this.received(data);
    };
    socket.onclose = () => {
      clearTimeout(this.timer);
      if (!this.closed) this.timer = setTimeout(() => this.open(), RECONNECT_AFTER);
    };
  }

  subscribe() {
    this.socket.send(JSON.stringify({ topic_list: this.topics }));
  }

  listen() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.socket.send("heartbeat");
      this.timer = setTimeout(() => this.socket.close(), PATIENCE);
    }, HEARTBEAT_AFTER);
  }

  received(text) {
    let push;
    let payload = {};
    try {
      push = JSON.parse(text);
      if (push.msg) payload = JSON.parse(push.msg);
    } catch {
      return;
    }
    if (push?.errcode === -3) this.subscribe();
    else if (push?.type === 20104) this.subscribe();
    else if (push?.type !== undefined) this.onPush(push.type, payload);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}
