import { css } from "lit";

export const peopleStyles = css`
  .face {
    position: relative;
    flex: none;
  }
  .mark {
    position: absolute;
    inset-block-end: -1px;
    inset-inline-end: -1px;
    width: 13px;
    height: 13px;
    border: 2px solid var(--card-background-color, #fff);
    border-radius: 50%;
    background: var(--yl-dim);
    forced-color-adjust: none;
  }
  .mark.free {
    background: var(--yl-go);
  }
  .mark.away {
    border-radius: 4px;
    background: var(--yl-warn);
  }
  .mark.busy {
    border-radius: 4px;
    background: var(--yl-stop);
  }
  .mark.gone {
    background: var(--card-background-color, #fff);
    box-shadow: inset 0 0 0 2px var(--yl-dim);
  }
  .numbers {
    flex-basis: 100%;
    padding-inline-start: 44px;
  }
  .numbers .row {
    width: 100%;
    min-height: 44px;
  }
  .numbers .icon {
    width: 18px;
    height: 18px;
    color: var(--yl-dim);
  }
`;
