#pragma once

#include <QtGui/QColor>

class QPalette;

namespace ui {

//! The colours of bars and messages, chosen to be readable on a palette's base colour, light or
//! dark. A value. Beside each colour a glyph or a word says the same.
struct Colours
{
    QColor queued;
    QColor held;
    QColor good;
    QColor challenged;
    QColor failed;
    QColor refresh;
    QColor underWay;

    [[nodiscard]] static Colours on(const QPalette &palette);
};

} // namespace ui
