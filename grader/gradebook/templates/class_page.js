"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const points = document.getElementById("points");
  const map = document.getElementById("map");
  const detail = document.getElementById("detail");
  const headings = [...points.tHead.rows[0].cells];
  const pointRows = [...points.tBodies[0].rows];
  const mapRows = [...map.tBodies[0].rows];
  const numbers = [...map.tHead.rows[1].cells].slice(1);

  // Sorting: the table's order is also the heat map's.
  const value = (row, column) => row.cells[column].dataset.v;
  function sort(column, direction) {
    const byName = column === 0;
    const order = pointRows.map((_, index) => index).sort((a, b) => {
      const [left, right] = [value(pointRows[a], column), value(pointRows[b], column)];
      return (byName ? left.localeCompare(right) : left - right) * direction || a - b;
    });
    points.tBodies[0].replaceChildren(...order.map((index) => pointRows[index]));
    map.tBodies[0].replaceChildren(...order.map((index) => mapRows[index]));
    headings.forEach((heading, index) => {
      heading.setAttribute("aria-sort", index === column ? (direction > 0 ? "ascending" : "descending") : "none");
    });
  }
  headings.forEach((heading, column) => {
    heading.querySelector("button").addEventListener("click", () => {
      const now = heading.getAttribute("aria-sort");
      sort(column, now === "ascending" ? -1 : now === "descending" ? 1 : column === 0 ? 1 : -1);
    });
  });

  // Finding: rows whose name does not hold the text go away in both tables.
  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    pointRows.forEach((row, index) => {
      const away = !value(row, 0).toLowerCase().includes(wanted);
      row.hidden = away;
      mapRows[index].hidden = away;
    });
  });

  // Detail: what happened in the cell that is pointed at or has the focus. Text is set as text, never as HTML.
  let marked = null;
  function element(tag, text, className) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function show(cell) {
    const row = Number(cell.parentElement.dataset.row);
    const column = cell.cellIndex - 1;
    const [states, said] = data.rows[row];
    const [exercise, number, title, hidden] = data.checks[column];
    const status = states.charCodeAt(column) - 97;
    const parts = [element("b", mapRows[row].cells[0].textContent), ` · ${exercise} ${number}: ${title}`];
    if (hidden) parts.push(element("span", " (hidden)", "soft"));
    parts.push(document.createElement("br"));
    if (states[column] === ".") {
      parts.push(element("span", "did not run", "soft"));
    } else {
      parts.push(element("span", cell.textContent, `mark ${data.styles[status]}`), element("b", data.statuses[status]));
      if (column in said) parts.push(`: ${data.messages[said[column]]}`);
    }
    detail.replaceChildren(...parts);
    detail.classList.add("on");
    if (marked) marked.classList.remove("at");
    marked = numbers[column];
    marked.classList.add("at");
  }
  const body = map.tBodies[0];
  body.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("td");
    if (cell) show(cell);
  });
  body.addEventListener("focusin", (event) => {
    if (event.target.matches("td")) show(event.target);
  });

  // Keys: one cell is in the tab order; arrows, Home and End move it, Enter opens the student's feedback.
  let current = null;
  function enter(cell, focus) {
    if (!cell || cell.tagName !== "TD") return;
    if (current) current.removeAttribute("tabindex");
    current = cell;
    cell.tabIndex = 0;
    if (focus) {
      cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }
  function sibling(row, step) {
    do row = step > 0 ? row.nextElementSibling : row.previousElementSibling; while (row && row.hidden);
    return row;
  }
  body.addEventListener("click", (event) => enter(event.target.closest("td"), true));
  body.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (cell.tagName !== "TD") return;
    const row = cell.parentElement;
    const vertical = (step) => sibling(row, step)?.cells[cell.cellIndex];
    const moves = {
      ArrowLeft: () => cell.previousElementSibling,
      ArrowRight: () => cell.nextElementSibling,
      ArrowUp: () => vertical(-1),
      ArrowDown: () => vertical(1),
      Home: () => row.cells[1],
      End: () => row.cells[row.cells.length - 1],
    };
    if (event.key in moves) {
      event.preventDefault();
      enter(moves[event.key](), true);
    } else if (event.key === "Enter") {
      row.querySelector("a").click();
    }
  });
  if (mapRows.length) enter(mapRows[0].cells[1], false);
})();
