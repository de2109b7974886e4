import { css } from "lit";

export const floatingStyles = css`
  :host {
    display: contents;
  }
  dialog {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 0;
    border: 1px solid var(--yl-line);
    max-width: calc(100vw - 16px);
    max-height: calc(100dvh - 16px);
    color: inherit;
    background: var(--card-background-color, #fff);
    box-shadow: 0 8px 28px rgb(0 0 0 / 28%);
    overflow: hidden;
  }
  dialog:focus {
    outline: none;
  }
  dialog::backdrop {
    background: none;
  }
  :host([form="panel"]) dialog {
    width: 360px;
    height: 584px;
    border-radius: 20px;
  }
  :host([form="pill"]) dialog {
    border-radius: 32px;
  }
  :host([form="round"]) dialog {
    border-radius: 32px;
    overflow: visible;
  }
  .pill {
    display: flex;
    align-items: center;
    gap: 4px;
    padding: 4px;
    touch-action: none;
    cursor: grab;
  }
  .open {
    max-width: min(260px, calc(100vw - 140px));
    min-height: 52px;
    padding-inline: 16px 12px;
    border-radius: 26px;
    touch-action: none;
    gap: 10px;
  }
  .open b {
    font-weight: 500;
  }
  .pill .stop {
    width: 52px;
    height: 52px;
    padding: 0;
    border-radius: 26px;
  }
  .round {
    width: 60px;
    height: 60px;
    border-radius: 30px;
    padding: 0;
    touch-action: none;
    position: relative;
  }
  .badge {
    position: absolute;
    inset-block-start: -4px;
    inset-inline-end: -4px;
    min-width: 22px;
    height: 22px;
    padding: 0 6px;
    border-radius: 11px;
    background: var(--yl-stop-fill);
    color: #fff;
    font-size: 12px;
    line-height: 22px;
    font-weight: 500;
  }
  .tools {
    display: flex;
    margin-inline-start: -8px;
  }
  .handle {
    cursor: grab;
    touch-action: none;
    color: var(--yl-dim);
  }
  .tools button {
    padding: 0;
  }
  .dragging,
  .dragging * {
    cursor: grabbing !important;
  }
  @media (max-width: 599px) {
    :host([form="panel"]) dialog {
      inset: auto 0 0 0 !important;
      width: 100vw;
      max-width: none;
      height: min(620px, 100dvh);
      max-height: 100dvh;
      border-width: 1px 0 0;
      border-radius: 24px 24px 0 0;
      padding-block-end: env(safe-area-inset-bottom, 0);
    }
    .handle {
      display: none;
    }
  }
  @media (forced-colors: active) {
    dialog {
      border: 2px solid CanvasText;
    }
  }
`;
