/// The page's script: tables that sort, points that can be read, a switch of colours.
///
/// Without it the page is whole: tables stand in their first order, readings are in the tables.
enum PageScript {
  static let text = """
    'use strict';
    (function () {
      function each(list, body) { Array.prototype.forEach.call(list, body); }

      function key(row, column) {
        var cell = row.cells[column];
        var number = cell.getAttribute('data-sort');
        if (number === null) { return cell.textContent; }
        if (number === 'inf') { return Infinity; }
        return parseFloat(number);
      }

      function compare(a, b) {
        if (typeof a === 'number') {
          if (typeof b === 'number') { return a === b ? 0 : (a > b ? 1 : -1); }
          return 1;
        }
        if (typeof b === 'number') { return -1; }
        return a.localeCompare(b, 'en', { numeric: true });
      }

      function sort(table, column, header) {
        var rising = header.getAttribute('aria-sort') !== 'ascending';
        var body = table.tBodies[0];
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (a, b) {
          var order = compare(key(a, column), key(b, column));
          return rising ? order : -order;
        });
        each(rows, function (row) { body.appendChild(row); });
        each(table.tHead.rows[0].cells, function (cell) { cell.removeAttribute('aria-sort'); });
        header.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
      }

      each(document.querySelectorAll('table.sortable'), function (table) {
        if (2 > table.tBodies[0].rows.length) { return; }
        each(table.tHead.rows[0].cells, function (header, column) {
          var button = document.createElement('button');
          button.type = 'button';
          button.appendChild(header.firstElementChild);
          var arrow = document.createElement('span');
          arrow.className = 'arrow';
          arrow.setAttribute('aria-hidden', 'true');
          button.appendChild(arrow);
          button.addEventListener('click', function () { sort(table, column, header); });
          header.appendChild(button);
        });
      });

      function words(row, names) {
        var parts = [];
        each(row.cells, function (cell, column) {
          parts.push(names[column].textContent.trim() + ' ' + cell.textContent);
        });
        return parts.join('; ');
      }

      var space = 'http://www.w3.org/2000/svg';

      function cross(svg) {
        var group = document.createElementNS(space, 'g');
        group.setAttribute('class', 'crosshair');
        group.setAttribute('visibility', 'hidden');
        var line = document.createElementNS(space, 'path');
        line.setAttribute('class', 'c-cross');
        var ring = document.createElementNS(space, 'circle');
        ring.setAttribute('class', 'c-cross-point');
        ring.setAttribute('r', '6');
        group.appendChild(line);
        group.appendChild(ring);
        svg.appendChild(group);
        var ends = svg.getAttribute('data-plot').split(',');
        return {
          svg: svg,
          places: svg.getAttribute('data-points').split(' ').map(function (place) {
            return place.split(',').map(parseFloat);
          }),
          show: function (index) {
            var place = this.places[index];
            line.setAttribute('d', 'M' + place[0] + ' ' + ends[0] + 'V' + ends[1]);
            ring.setAttribute('cx', place[0]);
            ring.setAttribute('cy', place[1]);
            group.setAttribute('visibility', 'visible');
          }
        };
      }

      each(document.querySelectorAll('.reader'), function (reader) {
        var figure = reader.parentNode;
        var slider = reader.querySelector('input');
        var output = reader.querySelector('output');
        var names = figure.querySelectorAll('thead th');
        var rows = [];
        each(figure.querySelectorAll('tr[data-reading]'), function (row) {
          rows[parseInt(row.getAttribute('data-reading'), 10)] = row;
        });
        var crosses = [];
        each(figure.querySelectorAll('svg[data-points]'), function (svg) { crosses.push(cross(svg)); });

        function show(index) {
          var text = words(rows[index], names);
          slider.setAttribute('aria-valuetext', text);
          output.textContent = text;
          each(crosses, function (one) { one.show(index); });
        }

        slider.setAttribute('aria-valuetext', words(rows[0], names));
        slider.addEventListener('input', function () { show(parseInt(slider.value, 10)); });
        slider.addEventListener('focus', function () { show(parseInt(slider.value, 10)); });
        each(crosses, function (one) {
          one.svg.addEventListener('pointermove', function (event) {
            var box = one.svg.getBoundingClientRect();
            var x = (event.clientX - box.left) / box.width * one.svg.viewBox.baseVal.width;
            var best = 0;
            each(one.places, function (place, index) {
              if (Math.abs(one.places[best][0] - x) > Math.abs(place[0] - x)) { best = index; }
            });
            slider.value = best;
            show(best);
          });
        });
        output.textContent = 'Move the slider, or point at the chart.';
        reader.hidden = false;
      });
    }());

    """
}
