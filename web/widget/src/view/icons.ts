/** Line icons on a 24 × 24 grid, drawn with the colour of the text around them. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  parcel: ["M4 8.2 12 4l8 4.2v7.6L12 20l-8-4.2z", "M4 8.2l8 4.2 8-4.2M12 12.4V20", "m8 6.1 8 4.2"],
  price: ["M6 3.5h9l4 4V20.5H6z", "M15 3.5v4h4", "m9.5 10.5 3 3.5 3-3.5M12.5 14v4M10 15.5h5"],
  complaint: ["M4 5.5h16v11h-8l-4.5 3.5v-3.5H4z", "M12 8.5v3.5M12 14v.1"],
  person: ["M4.5 13a7.5 7.5 0 0 1 15 0", "M4.5 12.5h2.5v5h-2.5zM17 12.5h2.5v5H17z", "M19.5 17.5c0 2-2 3-5 3"],
  send: ["m4.5 12 15.5-7.5L15.5 20l-3.2-6.3z", "M12.3 13.7 20 4.5"],
  down: ["M12 5v13.5M6 12.5l6 6 6-6"],
  plus: ["M12 5v14M5 12h14"],
  photo: ["M4 5.5h16v13H4z", "m4.5 16.5 4.5-5 4 4 2.5-2.5 4 4", "M15.5 9v.1"],
  paper: ["M6 3.5h8l4 4V20.5H6z", "M14 3.5v4h4"],
  ship: ["M3.5 14h17l-2 5.5h-13z", "M6 14V9.5h12V14M9 9.5V6h6v3.5M12 6V3.5"],
} as const;

export function icon(name: keyof typeof PATHS): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
