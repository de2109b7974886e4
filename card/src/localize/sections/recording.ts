/** Recordings among the last calls. */
export const recordingTexts = {
  en: {
    play: "Play the recording: {name}",
    stop: "Stop the recording: {name}",
  },
  de: {
    play: "Aufnahme abspielen: {name}",
    stop: "Aufnahme beenden: {name}",
  },
} as const;
