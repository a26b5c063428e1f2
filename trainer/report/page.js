// The page can be read without any of this: it only sorts tables, filters mistakes and opens what is folded for printing.
document.querySelectorAll('table').forEach((table) => {
  const first = table.tBodies[0].rows[0]
  if (!first) return
  ;[...table.tHead.rows[0].cells].forEach((head, column) => {
    if (first.cells[column].classList.contains('number')) head.classList.add('right')
  })
})

document.querySelectorAll('table.sortable').forEach((table) => {
  const heads = [...table.tHead.rows[0].cells]
  const body = table.tBodies[0]
  const value = (row, column) => {
    const cell = row.cells[column]
    return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort)
  }
  heads.forEach((head, column) => {
    head.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending'
      heads.forEach((one) => one.removeAttribute('aria-sort'))
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending')
      const rows = [...body.rows].sort((a, b) => {
        const x = value(a, column)
        const y = value(b, column)
        return (typeof x === 'number' ? x - y : x.localeCompare(y, 'zh')) * (up ? 1 : -1)
      })
      body.append(...rows)
    })
  })
})

document.querySelectorAll('.filter').forEach((input) => {
  const mistakes = [...input.closest('section').querySelectorAll('.error')]
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLowerCase()
    mistakes.forEach((one) => {
      one.hidden = wanted !== '' && !one.textContent.toLowerCase().includes(wanted)
    })
  })
})

window.addEventListener('beforeprint', () => {
  document.querySelectorAll('details').forEach((one) => {
    one.open = true
  })
})
