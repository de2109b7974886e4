import JsSIP from "jssip";

const EVERY = 30_000;

/** JsSIP's WebSocket with the PBX's heartbeat: the first frame after the opening, then every 30 seconds. */
export class SipSocket extends JsSIP.WebSocketInterface {
  _onOpen() {
    this._ws.send("heartbeat");
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => this.isConnected() && this._ws.send("heartbeat"), EVERY);
    super._onOpen();
  }

  _onMessage(event) {
    if (typeof event.data === "string" && event.data.startsWith("heartbeat")) return;
    super._onMessage(event);
  }

  _onClose(event) {
    clearInterval(this.heartbeat);
    super._onClose(event);
  }

  disconnect() {
    clearInterval(this.heartbeat);
    super.disconnect();
  }
}
