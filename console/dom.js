// Elements, made one by one: whatever comes from outside becomes text, never markup.

// `properties` are the element's own (className, disabled, onclick ...), or attributes when their name has a dash or is
// one of those that have no property. Children are nodes or texts; null and undefined are left out.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

// Makes `nodes`, in this order, the children of `parent`. The one that holds the focus is never moved, because moving
// an element takes the focus away from it.
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  const still = nodes.findIndex((node) => node.parentNode === parent && node.contains(document.activeElement));
  if (still < 0) place(parent, nodes, null);
  else {
    place(parent, nodes.slice(0, still), nodes[still]);
    place(parent, nodes.slice(still + 1), null);
  }
}

function place(parent, nodes, end) {
  let following = end;
  for (const node of nodes.toReversed()) {
    if (node.parentNode !== parent || node.nextElementSibling !== following) parent.insertBefore(node, following);
    following = node;
  }
}
