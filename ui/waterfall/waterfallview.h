#pragma once

#include <QtCore/QTimer>
#include <QtWidgets/QTreeView>

namespace ui {

class WaterfallDelegate;
class WaterfallModel;

//! The waterfall: a tree of requests and refreshes with a time column that always shows everything.
//!
//! Few rows are unfolded as they come, so that cause and effect are on one screen; a large burst is
//! not. Lifetime: `model` outlives it.
class WaterfallView : public QTreeView
{
    Q_OBJECT

public:
    explicit WaterfallView(WaterfallModel &model, QWidget *parent = nullptr);

    //! Shown while there is no row.
    void setPlaceholder(const QString &text);

    //! The columns as somebody has arranged them; empty while they are shared out by themselves.
    [[nodiscard]] QByteArray columns() const;
    void setColumns(const QByteArray &columns);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void unfold(const QModelIndex &parent);
    void followTime();
    void noteResized(int section);
    void shareWidth();

    WaterfallModel &m_model;
    WaterfallDelegate *m_delegate; //!< a child
    QTimer m_live {this};
    enum class Columns { SharedOut, BeingSharedOut, Arranged } m_columns = Columns::SharedOut;
    QString m_placeholder;
};

} // namespace ui
