import { css } from "lit";

/** Fields with their labels, one below the other, and what is explained about them. */
export const fieldStyles = css`
  label {
    display: grid;
    gap: 4px;
    font-size: 13px;
    color: var(--yl-dim);
  }
  select,
  input[type="text"] {
    width: 100%;
    height: 48px;
    padding-inline: 12px;
    border: 1px solid var(--yl-line);
    border-radius: 8px;
    background: var(--card-background-color, #fff);
    color: var(--yl-text);
    font-size: 15px;
  }
  p {
    margin: 0;
    font-size: 13px;
    line-height: 18px;
    color: var(--yl-dim);
  }
`;
