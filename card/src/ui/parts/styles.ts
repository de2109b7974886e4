import { css } from "lit";

/**
 * Home Assistant's tokens with fall-backs, and our own names for themes (`--yeastar-linkus-*`).
 * The filled colours are held to a lightness that white text can be read on (WCAG AA), whatever the theme says.
 */
export const tokens = css`
  :host {
    --yl-text: var(--primary-text-color, #141414);
    --yl-dim: var(--secondary-text-color, #5e5e5e);
    --yl-bg: var(--ha-card-background, var(--card-background-color, #fff));
    --yl-line: var(--ha-card-border-color, var(--divider-color, #e0e0e0));
    --yl-accent: var(--yeastar-linkus-accent-color, var(--primary-color, #009ac7));
    --yl-go: var(--yeastar-linkus-answer-color, var(--success-color, #43a047));
    --yl-stop: var(--yeastar-linkus-hang-up-color, var(--error-color, #db4437));
    --yl-warn: var(--warning-color, #ffa600);
    --yl-go-fill: color-mix(in srgb, var(--yl-go) 74%, #000);
    --yl-stop-fill: color-mix(in srgb, var(--yl-stop) 84%, #000);
    --yl-accent-fill: color-mix(in srgb, var(--yl-accent) 76%, #000);
    --yl-key: color-mix(in srgb, var(--yl-text) 6%, transparent);
    --yl-key-hover: color-mix(in srgb, var(--yl-text) 11%, transparent);
    --yl-key-active: color-mix(in srgb, var(--yl-text) 17%, transparent);
    --yl-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --yl-font: var(--ha-font-family-body, Roboto, system-ui, sans-serif);
    color: var(--yl-text);
    font-family: var(--yl-font);
    font-size: 14px;
    line-height: 20px;
    -webkit-font-smoothing: antialiased;
  }
  @supports (color: oklch(from red l c h)) {
    :host {
      --yl-go-fill: oklch(from var(--yl-go) min(l, 0.51) c h);
      --yl-stop-fill: oklch(from var(--yl-stop) min(l, 0.54) c h);
      --yl-accent-fill: oklch(from var(--yl-accent) min(l, 0.53) c h);
    }
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const controls = css`
  .icon {
    display: block;
    flex: none;
    width: 24px;
    height: 24px;
    fill: currentColor;
  }
  button,
  input,
  textarea,
  select {
    font: inherit;
    color: inherit;
    letter-spacing: inherit;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-width: 44px;
    min-height: 44px;
    margin: 0;
    padding: 0 12px;
    border: 0;
    border-radius: 22px;
    background: none;
    cursor: pointer;
    touch-action: manipulation;
    user-select: none;
    -webkit-tap-highlight-color: transparent;
    transition: background-color 120ms;
  }
  button:disabled {
    cursor: default;
    opacity: 0.45;
  }
  button:not(:disabled):hover {
    background-color: var(--yl-key);
  }
  button:not(:disabled):active {
    background-color: var(--yl-key-active);
  }
  :focus-visible {
    outline: 2px solid var(--yl-accent);
    outline-offset: 2px;
  }
  .tonal {
    background-color: var(--yl-key);
    font-weight: 500;
  }
  .tonal:not(:disabled):hover {
    background-color: var(--yl-key-hover);
  }
  .filled,
  .go,
  .stop {
    color: #fff;
    font-weight: 500;
  }
  .filled {
    background-color: var(--yl-accent-fill);
  }
  .go {
    background-color: var(--yl-go-fill);
  }
  .stop {
    background-color: var(--yl-stop-fill);
  }
  .filled:not(:disabled):hover,
  .go:not(:disabled):hover,
  .stop:not(:disabled):hover {
    background-image: linear-gradient(rgb(255 255 255 / 10%), rgb(255 255 255 / 10%));
  }
  .filled:not(:disabled):hover {
    background-color: var(--yl-accent-fill);
  }
  .go:not(:disabled):hover {
    background-color: var(--yl-go-fill);
  }
  .stop:not(:disabled):hover {
    background-color: var(--yl-stop-fill);
  }
  .big {
    flex: 1;
    min-height: 56px;
    border-radius: 28px;
    font-size: 16px;
  }
  .actions {
    display: flex;
    gap: 16px;
    width: 100%;
  }
  @container (max-width: 360px) {
    .actions {
      gap: 8px;
    }
    .actions .big {
      gap: 6px;
      min-width: 0;
      padding-inline: 8px;
      font-size: 15px;
    }
  }
  .ellipsis {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .dim {
    color: var(--yl-dim);
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
  @media (forced-colors: active) {
    button,
    input {
      border: 1px solid ButtonBorder;
    }
    .go,
    .stop,
    .filled,
    [aria-pressed="true"],
    [aria-selected="true"] {
      border-width: 2px;
      border-color: Highlight;
    }
    :focus-visible {
      outline-color: Highlight;
    }
  }
`;
