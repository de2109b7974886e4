import { errorName, PhoneProblem, problemOfMicrophone } from "../../state/problems";
import type { Problem } from "../../state/types";

export type MicrophonePermission = "unknown" | "granted" | "prompt" | "denied";

/** What stands between this page and a microphone, found without asking anybody; null: nothing that can be seen. */
export async function microphoneProblem(scope: Window = window): Promise<Problem | null> {
  const { navigator, document } = scope;
  if (!scope.isSecureContext) return "insecure_origin";
  if (!navigator.mediaDevices?.getUserMedia) return "insecure_origin";
  const policy = (document as Document & { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  if (policy && !policy.allowsFeature("microphone")) return "microphone_policy";
  if ((await microphonePermission(scope)) === "denied") return refusedBy(scope);
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => null);
  if (devices && !devices.some(({ kind }) => kind === "audioinput")) return "microphone_missing";
  return null;
}

/** Home Assistant's apps have no settings for a site: their own permission is what is missing. */
const refusedBy = ({ navigator }: Window): Problem =>
  /Home ?Assistant\//.test(navigator.userAgent) ? "microphone_app" : "microphone_denied";

/** Pages that got the microphone. Where the answer is not to be remembered, Firefox says "prompt" all the same. */
const given = new WeakSet<Window>();

export async function microphonePermission(scope: Window = window): Promise<MicrophonePermission> {
  try {
    const { state } = await scope.navigator.permissions.query({ name: "microphone" as PermissionName });
    return state === "prompt" && given.has(scope) ? "granted" : state;
  } catch {
    return "unknown"; // Firefox before 132 and some WebViews do not know the name
  }
}

/** Tells when the permission changes in the browser's own dialogs; returns the unsubscriber. */
export function followMicrophonePermission(changed: () => void, scope: Window = window): () => void {
  let status: PermissionStatus | null = null;
  let over = false;
  scope.navigator.permissions?.query({ name: "microphone" as PermissionName }).then(
    (found) => {
      if (over) return;
      status = found;
      status.addEventListener("change", changed);
    },
    () => {},
  );
  return () => {
    over = true;
    status?.removeEventListener("change", changed);
  };
}

/** Asks for the microphone and lets go of it at once. Rejects with a `PhoneProblem`. */
export async function askForMicrophone(scope: Window = window): Promise<void> {
  const problem = await microphoneProblem(scope);
  // A denied permission is asked for again all the same: some browsers forget a denial.
  if (problem && problem !== refusedBy(scope)) throw new PhoneProblem(problem);
  try {
    const stream = await scope.navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    given.add(scope);
  } catch (error) {
    const why = problemOfMicrophone(errorName(error));
    throw new PhoneProblem(why === "microphone_denied" ? refusedBy(scope) : why);
  }
}
