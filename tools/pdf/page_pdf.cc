#include "tools/pdf/page_pdf.h"

#include <QBuffer>
#include <QFont>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QPageLayout>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QString>
#include <QTextLayout>
#include <QTextOption>
#include <optional>

namespace kluis {
namespace {

// In points, 72 to an inch. A4 is 595 by 842.
constexpr qreal kMargin = 57;       // 20 mm
constexpr qreal kFoot = 40;         // of which the page number takes the end
constexpr qreal kLabelWidth = 112;  // of rows
constexpr qreal kBody = 10;         // sizes of letters
constexpr qreal kSmall = 8.5;
constexpr qreal kHeading = 11.5;
constexpr qreal kTitle = 20;
constexpr qreal kSubtitle = 13;
constexpr int kResolution = 1200;

const char* const kFamilies[] = {"Liberation Sans", "DejaVu Sans"};

std::optional<QString> family_here() {
  for (const char* family : kFamilies) {
    if (QFontInfo(QFont(family)).family() == family) return QString(family);
  }
  return std::nullopt;
}

QString shown(const std::string& text) {
  return QString::fromStdString(text);
}

// A place on the sheets that moves down, and on to the next sheet where there is no room.
class Sheets {
 public:
  Sheets(QPdfWriter& writer, QString family)
      : writer_(writer), painter_(&writer), family_(std::move(family)) {
    const qreal scale = kResolution / 72.0;
    painter_.scale(scale, scale);
    const QSizeF size = QPageSize(QPageSize::A4).sizePoints();
    width_ = size.width() - 2 * kMargin;
    bottom_ = size.height() - kMargin - kFoot;
  }

  [[nodiscard]] qreal width() const { return width_; }
  void skip(qreal height) { y_ += height; }
  // Begins a sheet unless there is room for that much.
  void keep_together(qreal height) {
    if (y_ > kMargin && y_ + height > bottom_) next();
  }

  // Words in a column; the place moves below them.
  void words(const QString& text, const QFont& font, qreal left, qreal width) {
    QTextLayout layout(text, font, &writer_);
    layout.setTextOption(wrapping());
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
      line.setLineWidth(width * kUnit);
      const qreal height = line.height() / kUnit * kLeading;
      if (y_ + height > bottom_) next();
      draw(line, left);
      y_ += height;
    }
    layout.endLayout();
  }

  // Beside words that follow, at their height.
  void label(const QString& text, const QFont& font) {
    const qreal before = y_;
    words(text, font, kMargin, kLabelWidth - 8);
    y_ = before;
  }

  void line(qreal left, qreal right) {
    painter_.setPen(QPen(Qt::black, 0.5));
    painter_.drawLine(QPointF(left, y_), QPointF(right, y_));
  }

  [[nodiscard]] QFont font(qreal size, bool bold = false) const {
    QFont made(family_);
    made.setPointSizeF(size);
    made.setBold(bold);
    return made;
  }

  void finish() {
    number_sheet();
    painter_.end();
  }

 private:
  static constexpr qreal kUnit = kResolution / 72.0;  // of the layout, which counts dots
  static constexpr qreal kLeading = 1.12;

  static QTextOption wrapping() {
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    return option;
  }

  void draw(const QTextLine& line, qreal left) {
    painter_.save();
    painter_.resetTransform();
    line.draw(&painter_, QPointF(left * kUnit, y_ * kUnit) - line.position());
    painter_.restore();
  }

  void number_sheet() {
    painter_.save();
    painter_.resetTransform();
    painter_.setFont(font(kSmall));
    const QPointF at(kMargin + width_ - 6, bottom_ + kFoot);
    painter_.drawText(at * kUnit, QString::number(++sheet_));
    painter_.restore();
  }

  void next() {
    number_sheet();
    writer_.newPage();
    y_ = kMargin;
  }

  QPdfWriter& writer_;
  QPainter painter_;
  QString family_;
  qreal width_ = 0;
  qreal bottom_ = 0;
  qreal y_ = kMargin;
  int sheet_ = 0;
};

void draw_signature(Sheets& sheets, const PageLine& line) {
  sheets.keep_together(70);
  sheets.skip(38);
  sheets.line(kMargin, kMargin + 230);
  sheets.skip(4);
  const QString as = line.second.empty() ? QString() : ", " + shown(line.second);
  sheets.words(shown(line.text) + as, sheets.font(kBody), kMargin, sheets.width());
}

void draw_row(Sheets& sheets, const PageLine& line) {
  // The first lines of both stand beside each other.
  sheets.keep_together(2 * kBody);
  sheets.label(shown(line.text), sheets.font(kBody, true));
  sheets.words(shown(line.second), sheets.font(kBody), kMargin + kLabelWidth,
               sheets.width() - kLabelWidth);
  sheets.skip(2);
}

void draw_heading(Sheets& sheets, const PageLine& line) {
  sheets.keep_together(60);
  sheets.skip(9);
  sheets.words(shown(line.text), sheets.font(kHeading, true), kMargin, sheets.width());
  sheets.line(kMargin, kMargin + sheets.width());
  sheets.skip(5);
}

void draw_line(Sheets& sheets, const PageLine& line) {
  const auto over_all = [&](qreal size, bool bold, qreal after) {
    sheets.words(shown(line.text), sheets.font(size, bold), kMargin, sheets.width());
    sheets.skip(after);
  };
  switch (line.word) {
    case PageWord::title:
      return over_all(kTitle, true, 2);
    case PageWord::subtitle:
      return over_all(kSubtitle, false, 8);
    case PageWord::paragraph:
      return over_all(kBody, false, 4);
    case PageWord::small:
      return over_all(kSmall, false, 3);
    case PageWord::heading:
      return draw_heading(sheets, line);
    case PageWord::row:
      return draw_row(sheets, line);
    case PageWord::item:
      sheets.words("\u2022  " + shown(line.text), sheets.font(kBody), kMargin, sheets.width());
      return sheets.skip(2);
    case PageWord::signature:
      return draw_signature(sheets, line);
  }
}

}  // namespace

Result<Bytes> draw_page(const std::vector<PageLine>& lines) {
  const auto family = family_here();
  if (!family) return fail(ErrorKind::disk, "page.font");
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  {
    QPdfWriter writer(&buffer);
    writer.setPdfVersion(QPagedPaintDevice::PdfVersion_A1b);
    writer.setResolution(kResolution);
    writer.setPageSize(QPageSize(QPageSize::A4));
    writer.setPageMargins(QMarginsF());
    writer.setCreator("Raadkluis");
    for (const PageLine& line : lines) {
      if (line.word == PageWord::title) writer.setTitle(shown(line.text));
    }
    Sheets sheets(writer, *family);
    for (const PageLine& line : lines) draw_line(sheets, line);
    sheets.finish();
  }
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace kluis
