import { css } from "lit";

export const callStyles = css`
  :host {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    position: relative;
  }
  .who {
    display: flex;
    flex: none;
    flex-direction: column;
    align-items: center;
    min-width: 0;
    padding-block-start: 8px;
    text-align: center;
  }
  .picture {
    display: grid;
    place-items: center;
    width: 72px;
    height: 72px;
    margin-block-end: 12px;
    border-radius: 50%;
    overflow: hidden;
    background: color-mix(in srgb, var(--yl-accent) 18%, transparent);
    font-size: 26px;
    font-weight: 500;
  }
  .picture img {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .picture .icon {
    width: 40px;
    height: 40px;
  }
  .name {
    width: 100%;
    margin: 0;
    font-size: 22px;
    line-height: 28px;
    font-weight: 500;
  }
  .sub {
    width: 100%;
    min-height: 20px;
    color: var(--yl-dim);
  }
  .sub .number {
    white-space: nowrap;
  }
  .status {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 4px 10px;
    min-height: 28px;
    margin-block-start: 4px;
    text-wrap: balance;
  }
  /* Together on the line or together below it. */
  .tags {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 4px;
    min-width: 0;
  }
  .timer {
    font-size: 16px;
    font-weight: 500;
  }
  .tag {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    padding: 2px 10px 2px 6px;
    border-radius: 12px;
    background: var(--yl-key);
    overflow-wrap: anywhere;
    font-size: 12px;
    font-weight: 500;
  }
  .tag .icon {
    width: 16px;
    height: 16px;
  }
  .tag:not(:has(.icon)) {
    padding-inline: 10px;
  }
  .rec .icon {
    color: var(--yl-stop);
  }
  .middle {
    display: flex;
    flex: 1;
    flex-direction: column;
    justify-content: center;
    gap: 8px;
    min-height: 0;
    padding-block: 8px;
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 12px 4px;
  }
  .round {
    flex-direction: column;
    gap: 6px;
    width: 88px;
    padding: 0;
    border-radius: 16px;
  }
  .round:not(:disabled):hover {
    background: none;
  }
  .rows {
    align-self: center;
    max-width: 296px;
  }
  .dense,
  .four {
    flex-wrap: nowrap;
  }
  .dense .round,
  .four .round {
    flex: 1;
    width: auto;
    min-width: 0;
    max-width: 88px;
  }
  .dense .disc {
    width: 48px;
    height: 48px;
  }
  .dense .label,
  .four .label {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .hint {
    margin: 0;
    font-size: 13px;
    text-align: center;
  }
  .small .picture {
    width: 52px;
    height: 52px;
    margin-block-end: 6px;
    font-size: 20px;
  }
  .disc {
    display: grid;
    place-items: center;
    width: 56px;
    height: 56px;
    border-radius: 28px;
    background: var(--yl-key);
    transition:
      background-color 120ms,
      border-radius 160ms;
  }
  .round:not(:disabled):hover .disc {
    background: var(--yl-key-hover);
  }
  .on .disc,
  .on:not(:disabled):hover .disc {
    border-radius: 18px;
    background: var(--yl-accent-fill);
    color: #fff;
  }
  .label {
    font-size: 12px;
    line-height: 16px;
  }
  .other {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 48px;
    padding-inline: 12px 4px;
    border-radius: 24px;
    background: var(--yl-key);
  }
  .other > .ellipsis {
    flex: 1;
  }
  .other button {
    min-height: 44px;
    font-size: 13px;
  }
  .other > .icon {
    width: 20px;
    height: 20px;
    color: var(--yl-dim);
  }
  .with-video {
    align-self: center;
    padding-inline: 20px;
  }
  .aside {
    align-self: center;
    color: var(--yl-dim);
  }
  @container (max-width: 420px) {
    .other:has(.merge) .dim,
    .other:has(.merge) button .icon {
      display: none;
    }
  }
  .add-note,
  .done {
    align-self: center;
    padding-inline: 20px;
  }
  .dtmf {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 4px;
    min-height: 0;
  }
  .dtmf yeastar-linkus-keypad {
    flex: 1;
    gap: 6px;
  }
  .digits {
    display: flex;
    align-items: center;
    min-height: 44px;
    padding-inline-start: 44px;
    font-size: 20px;
  }
  .digits span {
    flex: 1;
    text-align: center;
  }
  :host([slim]) .who {
    display: grid;
    grid-template-columns: 44px 1fr auto;
    column-gap: 12px;
    padding: 0;
    text-align: start;
  }
  :host([slim]) .picture {
    width: 44px;
    height: 44px;
    margin: 0;
    font-size: 17px;
  }
  :host([slim]) .picture .icon {
    width: 26px;
    height: 26px;
  }
  :host([slim]) .sub {
    display: none;
  }
  :host([slim]) .name {
    font-size: 17px;
  }
  :host([slim]) .status {
    margin: 0;
  }
  :host([large]:not([slim])) .who {
    padding-block: 16px 4px;
  }
  :host([large]:not([slim])) .picture {
    width: 96px;
    height: 96px;
    margin-block-end: 16px;
    font-size: 36px;
    overflow: visible;
    position: relative;
  }
  :host([large]:not([slim])) .picture .icon {
    width: 56px;
    height: 56px;
  }
  :host([large]:not([slim])) .picture img {
    border-radius: 50%;
  }
  :host([large]:not([slim])) .picture::after {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: 50%;
    border: 3px solid var(--yl-go);
    animation: pulse 1.6s ease-out infinite;
  }
  :host([large]:not([slim])) .name {
    font-size: 30px;
    line-height: 38px;
  }
  :host([large]:not([slim])) .sub,
  :host([large]:not([slim])) .status {
    font-size: 16px;
    line-height: 24px;
  }
  @container (max-width: 340px) {
    .other .dim {
      display: none;
    }
    .dense .label {
      font-size: 11px;
    }
  }
  @container (max-width: 400px) {
    :host([large]:not([slim])) .name {
      font-size: 26px;
      line-height: 34px;
    }
    :host([large]:not([slim])) .who {
      padding-block: 8px 0;
    }
    :host([large]:not([slim])) .picture {
      width: 80px;
      height: 80px;
      margin-block-end: 8px;
      font-size: 30px;
    }
    /* The number in full: on a line of its own where both are too much for one. */
    :host([large]:not([slim])) .sub {
      white-space: normal;
    }
    :host([large]:not([slim])) .sub bdi:not(.number) {
      display: block;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    :host([large]:not([slim])) .sub .between {
      display: none;
    }
  }
  @keyframes pulse {
    from {
      transform: scale(1);
      opacity: 0.9;
    }
    to {
      transform: scale(1.45);
      opacity: 0;
    }
  }
  .sound {
    gap: 6px;
    min-height: 44px;
    margin-block: -8px;
    padding: 0 8px;
    font-size: 12px;
    font-weight: 500;
  }
  .figures {
    width: 100%;
    font-size: 12px;
    line-height: 16px;
  }
  @media (forced-colors: active) {
    .round {
      padding: 2px 2px 6px;
    }
  }
`;
