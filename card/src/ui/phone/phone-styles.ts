import { css } from "lit";

export const phoneStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-height: 504px;
    position: relative;
  }
  :host([tabbed]) {
    min-height: 568px;
  }
  .body {
    display: flex;
    /* From nothing: what is inside never makes the phone taller. */
    flex: 1 1 0px;
    flex-direction: column;
    gap: 8px;
    min-height: 0;
    width: 100%;
    max-width: 480px;
    margin-inline: auto;
    padding: 0 16px 16px;
    position: relative;
    outline-offset: -2px;
  }
  :host([layout="floating"]) {
    min-height: 0;
  }
  :host([layout="compact"]) {
    min-height: 160px;
    container-type: inline-size;
  }
  :host([layout="compact"]) .body {
    justify-content: center;
    max-width: none;
    padding-block-end: 12px;
  }
  .banner {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 6px 8px;
    padding: 8px;
    position: absolute;
    z-index: 3;
    inset-inline: 12px;
    inset-block-start: 0;
    border: 1px solid var(--yl-line);
    border-radius: 20px;
    background: var(--card-background-color, var(--yl-bg));
    box-shadow: var(--ha-box-shadow-m, 0 4px 12px rgb(0 0 0 / 20%));
  }
  .banner .words {
    grid-column: 1 / -1;
    text-align: center;
  }
  .banner b {
    font-weight: 500;
  }
  .banner button {
    min-height: 48px;
    padding: 0 8px;
    border-radius: 24px;
  }
  .loading {
    flex: 1;
    display: grid;
    place-items: center;
    color: var(--yl-dim);
  }
  .sheet {
    display: flex;
    flex: 1;
    flex-direction: column;
    justify-content: center;
  }
  :host([layout="people"]),
  :host([layout="recents"]) {
    min-height: 320px;
  }
  :host([layout="people"]) .body,
  :host([layout="recents"]) .body {
    max-height: 560px;
  }
`;
