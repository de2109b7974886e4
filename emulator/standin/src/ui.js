import { init as login } from "./index.js";

/** Stands in for the official UI: a dial strip, the call that rings, the calls that live. Plain, and with its own manners. */

const DEFAULT_TEXTS = {
  "dial_panel.input.placeholder": "Number",
  "incoming.btn.hang_up": "Reject",
  "incoming.btn.audio": "Answer",
  "session.mute": "Mute",
  "session.hold": "Hold",
  "session.hang_up": "End",
};

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** Log in, start the phone and draw it in `container`. Resolves with the operators and `destroy`, without `on`. */
export async function init(container, options) {
  // Given at all, the texts have to be whole: a missing one shows its key.
  const texts = options.intl?.messages ?? DEFAULT_TEXTS;
  const say = (key) => texts[key] ?? key;
  const number = element("input", { id: "number", placeholder: say("dial_panel.input.placeholder") });
  const dial = element("button", { id: "dial", textContent: "☎" });
  const calls = element("div", { id: "calls" });
  container.append(element("div", { className: "standin-ui" }, number, dial, calls));
  const { phone, pbx, destroy } = await login({ ...options, deviceIds: options.deviceInfo });

  const draw = (session) => {
    // The official UI takes the listeners of everybody else away.
    session.removeAllListeners("statusChange").removeAllListeners("confirmed").removeAllListeners("streamAdded");
    const { callId } = session.status;
    const box = element("div", { className: "call" });
    const sound = element("video", { autoplay: true, hidden: true });
    const button = (key, press) => element("button", { textContent: say(key), onclick: press });
    const show = () => {
      const { name, number, callStatus, communicationType } = session.status;
      const rings = communicationType === "inbound" && callStatus !== "talking";
      const buttons = rings
        ? [
            button("incoming.btn.hang_up", () => phone.reject(callId)),
            button("incoming.btn.audio", () => void phone.answer(callId)),
          ]
        : [
            button("session.mute", () => phone.mute(callId)),
            button("session.hold", () => phone.hold(callId)),
            button("session.hang_up", () => phone.hangup(callId)),
          ];
      box.replaceChildren(element("p", { textContent: `${name} ${number} ${callStatus}` }), ...buttons, sound);
    };
    for (const event of ["statusChange", "confirmed"]) session.on(event, show);
    session.on("streamAdded", ({ stream }) => {
      sound.srcObject = stream;
    });
    phone.on("deleteSession", ({ callId: gone }) => gone === callId && box.remove());
    show();
    calls.append(box);
  };
  for (const event of ["incoming", "startSession"]) phone.on(event, ({ session }) => draw(session));
  dial.onclick = () => void phone.call(number.value);
  phone.start();
  return { phone, pbx, destroy };
}
