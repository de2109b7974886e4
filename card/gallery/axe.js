// What axe-core holds to be serious or critical in one element (or the whole page): a line for each.
async (root) => {
  const { violations } = await axe.run(root ?? document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target.flat(2).join(" ")} ${html.slice(0, 160)}`));
};
