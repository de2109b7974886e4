import { expect, it, vi } from "vitest";
import { askForMicrophone, followMicrophonePermission, microphonePermission, microphoneProblem } from "./microphone";

type Over = Partial<{
  secure: boolean;
  media: object | null;
  policy: boolean;
  permission: string | null;
  devices: string[];
  agent: string;
}>;
const APP = "Home Assistant/2026.10.1-16543 (Android 16; Pixel 9)";
const stop = vi.fn();
const scope = ({
  secure = true,
  media,
  policy,
  permission = "granted",
  devices = ["audioinput"],
  agent = "Chrome/150",
}: Over = {}) =>
  ({
    isSecureContext: secure,
    document: policy === undefined ? {} : { featurePolicy: { allowsFeature: () => policy } },
    navigator: {
      userAgent: agent,
      mediaDevices:
        media === null
          ? undefined
          : {
              getUserMedia: async () => ({ getTracks: () => [{ stop }] }),
              enumerateDevices: async () => devices.map((kind) => ({ kind })),
              ...media,
            },
      permissions: {
        query: async () => {
          if (permission === null) throw new TypeError("microphone");
          return status(permission);
        },
      },
    },
  }) as unknown as Window;
const state = new EventTarget();
const status = (permission: string) => Object.assign(state, { state: permission });

it.each<[string, Over, string | null]>([
  ["nothing is wrong", {}, null],
  ["the browser does not tell", { permission: null }, null],
  ["it has to ask", { permission: "prompt" }, null],
  ["the page is not secure", { secure: false }, "insecure_origin"],
  ["there are no devices at all", { media: null }, "insecure_origin"],
  ["the page's policy forbids it", { policy: false }, "microphone_policy"],
  ["the policy allows it", { policy: true }, null],
  ["somebody refused", { permission: "denied" }, "microphone_denied"],
  ["the app has no permission", { permission: "denied", agent: APP }, "microphone_app"],
  ["there is no microphone", { devices: ["videoinput"] }, "microphone_missing"],
  ["nobody may look", { media: { enumerateDevices: () => Promise.reject(new Error("no")) } }, null],
])("%s", async (_, over, problem) => expect(await microphoneProblem(scope(over))).toBe(problem));

it("reads the permission", async () => {
  expect(await microphonePermission(scope({ permission: "prompt" }))).toBe("prompt");
  expect(await microphonePermission(scope({ permission: null }))).toBe("unknown");
});

it("names the app that refuses, and asks it again after it refused", async () => {
  const denied = { permission: "denied", agent: APP };
  await askForMicrophone(scope(denied));
  const refusing = { getUserMedia: () => Promise.reject(new DOMException("", "NotAllowedError")) };
  await expect(askForMicrophone(scope({ ...denied, media: refusing }))).rejects.toMatchObject({
    problem: "microphone_app",
  });
  await expect(askForMicrophone(scope({ media: refusing }))).rejects.toMatchObject({ problem: "microphone_denied" });
});

it("asks, and lets go at once", async () => {
  await askForMicrophone(scope({ permission: "denied" }));
  expect(stop).toHaveBeenCalled();
  await expect(askForMicrophone(scope({ secure: false }))).rejects.toMatchObject({ problem: "insecure_origin" });
  const refusing = (error: unknown) => scope({ media: { getUserMedia: () => Promise.reject(error) } });
  await expect(askForMicrophone(refusing(new DOMException("", "NotReadableError")))).rejects.toMatchObject({
    problem: "microphone_busy",
  });
  await expect(askForMicrophone(refusing("?"))).rejects.toMatchObject({ problem: "unknown" });
});

it("does not ask a second time where the browser forgets the answer", async () => {
  const page = scope({ permission: "prompt" });
  await askForMicrophone(page);
  expect(await microphonePermission(page)).toBe("granted");
  expect(await microphonePermission(scope({ permission: "prompt" }))).toBe("prompt");
});

it("follows the permission until it is told not to", async () => {
  const changed = vi.fn();
  const unfollow = followMicrophonePermission(changed, scope());
  await Promise.resolve();
  await Promise.resolve();
  state.dispatchEvent(new Event("change"));
  unfollow();
  state.dispatchEvent(new Event("change"));
  followMicrophonePermission(changed, scope())();
  await Promise.resolve();
  await Promise.resolve();
  state.dispatchEvent(new Event("change"));
  followMicrophonePermission(changed, scope({ permission: null }));
  expect(changed).toHaveBeenCalledTimes(1);
});
