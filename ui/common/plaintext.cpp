#include "ui/common/plaintext.h"

#include <QtGui/QAction>
#include <QtGui/QTextDocument>
#include <QtWidgets/QWidget>

namespace ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestParagraph = 2'000;
constexpr qsizetype longestLine = 500;
constexpr int mostLines = 20;
constexpr QChar ellipsis(u'\u2026');

QString cutOff(const QString &text, qsizetype longest)
{
    return text.size() <= longest ? text : QString(text.left(longest - 1) % ellipsis);
}

} // namespace

QString bounded(const QString &text)
{
    const QString part = cutOff(text, longestParagraph);
    qsizetype end = -1;
    for (int line = 0; line < mostLines; ++line) {
        end = part.indexOf(u'\n', end + 1);
        if (end < 0)
            return part;
    }
    return QString(part.left(end) % ellipsis);
}

QString oneLine(const QString &text)
{
    QString line = cutOff(text, longestLine);
    for (QChar &character : line) {
        const auto category = character.category();
        if (category == QChar::Other_Control || category == QChar::Separator_Line
            || category == QChar::Separator_Paragraph)
            character = u' ';
    }
    return line;
}

QString literally(const QString &text)
{
    return oneLine(text).replace(u'&', u"&&"_s);
}

QString titleText(const QString &text)
{
    return oneLine(text).replace("[*]"_L1, "[*][*]"_L1);
}

QString tipText(const QString &text)
{
    const QString part = bounded(text);
    return Qt::mightBeRichText(part) ? Qt::convertFromPlainText(part) : part;
}

void setTip(QWidget *widget, const QString &text)
{
    widget->setToolTip(tipText(text));
}

void setTip(QAction *action, const QString &text)
{
    action->setToolTip(tipText(text));
}

} // namespace ui
