/** The official UI as the SDK's face: the same login and the same operators, in a frame that is seen. */
import { PhoneProblem, problemOfSdk } from "../../state/problems";
import type { LinkusStage } from "../../ui/data";
import { type OpenFrame, openFrame } from "./frame-host";
import type { VendorFile } from "./frame-policy";
import type { LineOptions } from "./linkus-line";
import type { SdkOperator } from "./sdk";

/** Where the official UI is shown, and its files. */
export interface Stage extends LinkusStage {
  readonly script: VendorFile;
  readonly sheet: VendorFile;
}

/**
 * Logs in with the official UI. Null, and `stage.failed()` called, when its files cannot be had: then the SDK alone does.
 * Rejects with a `PhoneProblem` when the PBX refuses; `patience` in ms.
 */
export async function openLook(
  stage: Stage,
  options: LineOptions,
  patience: number,
): Promise<{ frame: OpenFrame; operator: SdkOperator } | null> {
  const frame = await (options.openFrame ?? openFrame)(stage.place).catch(() => null);
  const loaded = await frame?.engine.loadUi(stage.script, stage.sheet, stage.style, options.pbxUrl).catch(() => null);
  if (!frame || !loaded) {
    frame?.dispose();
    stage.failed();
    return null;
  }
  const { username, secret, pbxUrl, microphone } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const operator = await Promise.race([
      loaded.ui.init(loaded.container, {
        username,
        secret,
        pbxURL: pbxUrl,
        enableLog: false,
        disableCallWaiting: false,
        ...(microphone ? { deviceInfo: { microphoneId: microphone } } : {}),
        dialPanelOption: { hideVideoBtn: true },
        // Given at all, it has to be whole: a missing text shows its key.
        ...(Object.keys(stage.texts).length ? { intl: { local: stage.language, messages: stage.texts } } : {}),
      }),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new PhoneProblem("pbx_unreachable")), patience);
      }),
    ]);
    return { frame, operator };
  } catch (error) {
    // After a refused login it shows a dial pad that never connects.
    frame.dispose();
    throw error instanceof PhoneProblem ? error : new PhoneProblem(problemOfSdk(error));
  } finally {
    clearTimeout(timer);
  }
}
