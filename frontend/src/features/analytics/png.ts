import { saveFile } from "@/lib/csv";

const LOOK = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "visibility",
  "display",
];
const MARGIN = 20;
const HEADER = 34;
const SCALE = 2;
/** Dots on the border of a drawing reach beyond it. */
const EDGE = 8;

interface Drawing {
  svg: SVGSVGElement;
  title: string;
  /** What each drawn line is, in their order. */
  labels: string[];
  text: string;
  background: string;
}

/** Save a drawing as it looks on the page, with its title and what its lines are, as a PNG of twice the size. */
export async function savePng(name: string, drawing: Drawing): Promise<void> {
  const { svg, background } = drawing;
  const { width, height } = svg.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (height + HEADER + 2 * MARGIN) * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser cannot draw pictures.");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  writeHeader(pen, drawing);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg, width, height))}`;
  await image.decode();
  pen.drawImage(image, MARGIN - EDGE, MARGIN + HEADER - EDGE, width + 2 * EDGE, height + 2 * EDGE);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("This browser cannot save pictures.");
  saveFile(`${name}.png`, blob, "image/png");
}

function writeHeader(pen: CanvasRenderingContext2D, { svg, title, labels, text }: Drawing): void {
  const lines = svg.querySelectorAll(".recharts-line-curve");
  let x = MARGIN;
  const write = (words: string, font: string, color: string) => {
    pen.font = `${font} system-ui, sans-serif`;
    pen.fillStyle = color;
    pen.fillText(words, x, MARGIN + 16);
    x += pen.measureText(words).width + 18;
  };
  write(title, "600 16px", text);
  labels.forEach((label, index) => {
    const line = lines[index];
    if (line) write(label, "13px", getComputedStyle(line).stroke);
  });
}

/** The drawing with the styles it has on the page written into it, since a picture knows no stylesheet. */
function standalone(svg: SVGSVGElement, width: number, height: number): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const shown = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  [copy, ...copy.querySelectorAll<SVGElement>("*")].forEach((element, index) => {
    const origin = shown[index];
    if (!origin) return;
    const look = getComputedStyle(origin);
    for (const name of LOOK) element.style.setProperty(name, look.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", `${-EDGE} ${-EDGE} ${width + 2 * EDGE} ${height + 2 * EDGE}`);
  copy.setAttribute("width", String(width + 2 * EDGE));
  copy.setAttribute("height", String(height + 2 * EDGE));
  return new XMLSerializer().serializeToString(copy);
}
