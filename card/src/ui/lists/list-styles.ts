import { css } from "lit";

/** Rows with a picture, two lines and something at the end. */
export const listStyles = css`
  :host {
    display: flex;
    flex: 1;
    flex-direction: column;
    gap: 8px;
    min-height: 0;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    margin-inline: -8px;
    padding-inline: 8px;
    overflow: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    /* What goes on below fades out; the last row scrolls clear of it. */
    padding-block-end: 16px;
    mask-image: linear-gradient(#000 calc(100% - 16px), transparent);
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  h3 {
    margin: 0;
    padding: 12px 8px 4px;
    font-size: 12px;
    line-height: 16px;
    font-weight: 500;
    color: var(--yl-dim);
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    content-visibility: auto;
    contain-intrinsic-block-size: 56px;
  }
  .row {
    flex: 1;
    justify-content: flex-start;
    gap: 12px;
    min-width: 0;
    min-height: 56px;
    padding: 4px 8px;
    border-radius: var(--yl-radius);
    text-align: start;
  }
  .row .words {
    flex: 1;
    min-width: 0;
  }
  .row b {
    display: block;
    font-size: 15px;
    font-weight: 500;
  }
  .row small {
    display: block;
    font-size: 13px;
    line-height: 18px;
    color: var(--yl-dim);
  }
  .row .end {
    flex: none;
    color: var(--yl-dim);
    font-size: 13px;
  }
  .picture {
    display: grid;
    place-items: center;
    flex: none;
    position: relative;
    width: 40px;
    height: 40px;
    border-radius: 50%;
    background: color-mix(in srgb, var(--yl-accent) 18%, transparent);
    font-size: 15px;
    font-weight: 500;
  }
  .picture img {
    width: 100%;
    height: 100%;
    border-radius: 50%;
    object-fit: cover;
  }
  .kind {
    display: grid;
    place-items: center;
    flex: none;
    width: 40px;
    height: 40px;
    border-radius: 50%;
    background: var(--yl-key);
  }
  .kind .icon,
  .small.icon {
    width: 20px;
    height: 20px;
  }
  .side {
    flex: none;
    padding: 0;
    color: var(--yl-dim);
  }
  .search {
    width: 100%;
    height: 48px;
    padding-inline: 16px;
    border: 0;
    border-radius: 24px;
    background: var(--yl-key);
    font-size: 16px;
  }
  .search::placeholder {
    color: var(--yl-dim);
    opacity: 1;
  }
  .empty {
    display: grid;
    place-items: center;
    gap: 8px;
    margin: auto;
    padding: 24px;
    text-align: center;
    color: var(--yl-dim);
  }
  .chips {
    display: flex;
    gap: 8px;
  }
  .chips button {
    padding-inline: 16px;
  }
  .chips [aria-pressed="true"] {
    background: var(--yl-accent-fill);
    color: #fff;
  }
`;
