import { Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useImperativeHandle } from "react";
import type { Ref } from "react";
import { useDropzone } from "react-dropzone";
import classes from "./UploadArea.module.css";

interface UploadAreaProps {
  onFiles: (files: File[]) => void;
  /** Opens the file dialog. */
  ref?: Ref<{ open: () => void }>;
}

/** Takes files by drag and drop, click or keyboard. The server judges them, so none is turned away here. */
export function UploadArea({ onFiles, ref }: UploadAreaProps) {
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({
    onDrop: (files) => files.length > 0 && onFiles(files),
  });
  useImperativeHandle(ref, () => ({ open }), [open]);
  return (
    <div>
      <input {...getInputProps({ accept: ".py", "aria-label": "Python files" })} />
      <div
        {...getRootProps({
          role: "button",
          className: classes.area,
          "aria-label": "Upload scripts: drop Python files here, or press to choose",
        })}
        data-over={isDragActive || undefined}
      >
        <IconUpload size={18} aria-hidden />
        <Text size="sm" component="span">
          {isDragActive ? "Drop to upload" : "Drop Python files here, or press to choose them"}
        </Text>
      </div>
    </div>
  );
}
